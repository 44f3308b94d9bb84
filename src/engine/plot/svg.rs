//! From shapes to an SVG document: text of our own, one element per shape.

use std::fmt::{self, Display, Write};

use super::font::{BASELINE, FAMILY};
use super::geometry::Point;
use super::scene::{Anchor, Scene, Shape, Text, dash_lengths};
use super::style::{PAPER, Rgb};

/// The scene as a document of `size` pixels, with a title and a description for those who cannot
/// see it.
pub(super) fn document(scene: &Scene, (width, height): (u32, u32), title: &str, description: &str) -> String {
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-labelledby=\"title desc\" \
         width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         font-family=\"{FAMILY}\" fill=\"none\" stroke-linejoin=\"round\" stroke-linecap=\"round\">\n\
         <title id=\"title\">{}</title>\n<desc id=\"desc\">{}</desc>\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"{PAPER}\"/>\n",
        Escaped(title),
        Escaped(description),
    );
    for shape in &scene.shapes {
        writeln!(svg, "{shape}").expect("a string takes everything");
    }
    svg.push_str("</svg>\n");
    svg
}

impl Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line { points, color, width, dashed } => {
                write!(f, "<polyline points=\"{}\" stroke=\"{color}\"", Points(points))?;
                write!(f, " stroke-width=\"{}\"", Decimal(*width))?;
                if *dashed {
                    let [dash, gap] = dash_lengths(*width).map(Decimal);
                    write!(f, " stroke-dasharray=\"{dash} {gap}\"")?;
                }
                f.write_str("/>")
            }
            Self::Area { points, color, opacity } => write_area(f, points, *color, *opacity),
            Self::Band { low, high, color, opacity } => {
                let outline: Vec<Point> = low.iter().chain(high.iter().rev()).copied().collect();
                write_area(f, &outline, *color, *opacity)
            }
            Self::Disc { center: (x, y), radius, color } => {
                let [x, y, radius] = [*x, *y, *radius].map(Decimal);
                write!(f, "<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\" fill=\"{color}\"/>")
            }
            Self::Text(text) => text.fmt(f),
        }
    }
}

/// A filled polygon; an opacity of 1 is not written.
fn write_area(f: &mut fmt::Formatter<'_>, points: &[Point], color: Rgb, opacity: f64) -> fmt::Result {
    write!(f, "<polygon points=\"{}\" fill=\"{color}\"", Points(points))?;
    if opacity < 1.0 {
        write!(f, " fill-opacity=\"{}\"", Decimal(opacity))?;
    }
    f.write_str("/>")
}

impl Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (x, y) = self.shifted(0.0, BASELINE);
        let [x, y, size] = [x, y, self.size].map(Decimal);
        write!(f, "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\" fill=\"{}\"", self.color)?;
        match self.anchor {
            Anchor::Start => {}
            Anchor::Middle => f.write_str(" text-anchor=\"middle\"")?,
            Anchor::End => f.write_str(" text-anchor=\"end\"")?,
        }
        if self.bold {
            f.write_str(" font-weight=\"bold\"")?;
        }
        if self.upwards {
            write!(f, " transform=\"rotate(-90 {x} {y})\"")?;
        }
        write!(f, ">{}</text>", Escaped(&self.words))
    }
}

impl Display for Rgb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(red, green, blue) = self;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

/// Coordinates as the attribute `points` has them.
struct Points<'a>(&'a [Point]);

impl Display for Points<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, (x, y)) in self.0.iter().enumerate() {
            let before = if i == 0 { "" } else { " " };
            write!(f, "{before}{},{}", Decimal(*x), Decimal(*y))?;
        }
        Ok(())
    }
}

/// A number to hundredths, without zeros at its end.
struct Decimal(f64);

impl Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hundredths = (100.0 * self.0).round() as i64;
        let sign = if hundredths < 0 { "-" } else { "" };
        let (whole, rest) = (hundredths.unsigned_abs() / 100, hundredths.unsigned_abs() % 100);
        match (rest, rest % 10) {
            (0, _) => write!(f, "{sign}{whole}"),
            (_, 0) => write!(f, "{sign}{whole}.{}", rest / 10),
            _ => write!(f, "{sign}{whole}.{rest:02}"),
        }
    }
}

/// Text between tags; what XML cannot hold becomes the replacement character.
struct Escaped<'a>(&'a str);

impl Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for letter in self.0.chars() {
            match letter {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '\u{fffe}' | '\u{ffff}' => f.write_char('\u{fffd}')?,
                control if control.is_control() => f.write_char('\u{fffd}')?,
                plain => f.write_char(plain)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_no_more_digits_than_they_need() {
        let written = [0.0, -0.001, 1.0, 10.5, -0.25, 3.45678, 99.999, -12.0].map(|x| Decimal(x).to_string());
        assert_eq!(written, ["0", "0", "1", "10.5", "-0.25", "3.46", "100", "-12"]);
    }

    #[test]
    fn what_xml_cannot_hold_is_replaced() {
        assert_eq!(
            Escaped("a < b & c\u{1b}[31m\u{0}\u{ffff}").to_string(),
            "a &lt; b &amp; c\u{fffd}[31m\u{fffd}\u{fffd}"
        );
    }
}
