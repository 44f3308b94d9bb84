//! The tables of one run, or of many runs put together.

use serde::de::DeserializeOwned;

use super::table::Table;
use super::table_error::TableError;

/// Tables of different names, in the order in which they were added.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tables {
    tables: Vec<Table>,
}

impl Tables {
    /// No tables yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a table at the end.
    ///
    /// # Panics
    /// If a table of that name is there already.
    pub fn push(&mut self, table: Table) {
        assert!(self.find(table.name()).is_none(), "two tables are called {}", table.name());
        self.tables.push(table);
    }

    /// Puts this table in the place of the one with its name, or at the end.
    pub fn replace(&mut self, table: Table) {
        match self.tables.iter_mut().find(|own| own.name() == table.name()) {
            Some(own) => *own = table,
            None => self.tables.push(table),
        }
    }

    /// The tables of all runs, those that failed apart, one below the other ([`append`](Self::append)).
    pub fn joined(parts: impl IntoIterator<Item = Option<Self>>) -> Result<Self, TableError> {
        let mut all = Self::new();
        parts.into_iter().flatten().try_for_each(|part| all.append(&part))?;
        Ok(all)
    }

    /// The table called `name`.
    ///
    /// # Errors
    /// [`TableError::Missing`], which lists the names that are there.
    pub fn get(&self, name: &str) -> Result<&Table, TableError> {
        self.find(name).ok_or_else(|| {
            let names: Vec<_> = self.iter().map(Table::name).collect();
            TableError::Missing { table: name.to_owned(), found: names.join(", ") }
        })
    }

    /// The rows of the table called `name`.
    ///
    /// # Errors
    /// As [`get`](Self::get) and [`Table::rows`].
    pub fn rows<R: DeserializeOwned>(&self, name: &str) -> Result<Vec<R>, TableError> {
        self.get(name)?.rows()
    }

    /// Puts each table of `other` below the own one of that name; one that is new is added.
    ///
    /// Run after run in the order of the plans: texts are joined, no number is parsed.
    ///
    /// # Errors
    /// [`TableError::Columns`] if two tables of one name have different headers.
    pub fn append(&mut self, other: &Self) -> Result<(), TableError> {
        for table in other {
            match self.tables.iter_mut().find(|own| own.name() == table.name()) {
                Some(own) => own.append(table)?,
                None => self.push(table.clone()),
            }
        }
        Ok(())
    }

    /// The tables in their order.
    pub fn iter(&self) -> std::slice::Iter<'_, Table> {
        self.tables.iter()
    }

    /// How many rows all tables have together.
    pub fn row_count(&self) -> usize {
        self.iter().map(Table::row_count).sum()
    }

    fn find(&self, name: &str) -> Option<&Table> {
        self.iter().find(|table| table.name() == name)
    }
}

impl FromIterator<Table> for Tables {
    fn from_iter<I: IntoIterator<Item = Table>>(tables: I) -> Self {
        let mut result = Self::new();
        tables.into_iter().for_each(|table| result.push(table));
        result
    }
}

impl<'a> IntoIterator for &'a Tables {
    type Item = &'a Table;
    type IntoIter = std::slice::Iter<'a, Table>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(name: &str, csv: &str) -> Table {
        Table::parse(name, csv.as_bytes()).unwrap()
    }

    #[test]
    fn a_table_takes_the_place_of_the_one_with_its_name() {
        let mut all = Tables::from_iter([table("loss", "l\n1\n"), table("summary", "s\na\n")]);
        all.replace(table("summary", "s\nb\n"));
        all.replace(table("new", "n\n1\n"));
        let names: Vec<&str> = all.iter().map(Table::name).collect();
        assert_eq!(names, ["loss", "summary", "new"]);
        assert_eq!(all.get("summary").unwrap(), &table("summary", "s\nb\n"));
    }

    #[test]
    fn runs_are_put_together_table_by_table() {
        let first = Tables::from_iter([table("loss", "l\n1\n"), table("summary", "s\na\n")]);
        let second = Tables::from_iter([table("loss", "l\n2\n3\n"), table("summary", "s\nb\n")]);
        let mut all = Tables::new();
        all.append(&first).unwrap();
        all.append(&second).unwrap();
        assert_eq!(all.get("loss").unwrap().to_csv(), b"l\n1\n2\n3\n");
        assert_eq!(all.get("summary").unwrap().to_csv(), b"s\na\nb\n");
        assert!(all.iter().map(Table::name).eq(["loss", "summary"]));
        assert_eq!(all.row_count(), 5);
    }

    #[test]
    fn a_missing_table_is_named_beside_those_that_are_there() {
        let tables = Tables::from_iter([table("loss", "l\n"), table("summary", "s\n")]);
        assert_eq!(
            tables.get("layers").unwrap_err().to_string(),
            "there is no table layers, only loss, summary"
        );
    }

    #[test]
    #[should_panic(expected = "two tables are called loss")]
    fn names_are_unique() {
        Tables::from_iter([table("loss", "l\n"), table("loss", "l\n")]);
    }
}
