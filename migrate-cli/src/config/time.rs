//! A time, as people write it.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A time such as `500ms`, `5s` or `10min`; a number alone counts seconds.
///
/// ```
/// use migrate_cli::Time;
/// assert_eq!("1500ms".parse::<Time>(), "1.5".parse());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Time(pub Duration);

impl FromStr for Time {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let seconds = text.trim().parse::<f64>().ok();
        let time = match seconds {
            Some(seconds) => {
                Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
            }
            None => humantime::parse_duration(text).map_err(|error| error.to_string()),
        };
        let wrong = |error| format!("a time is written as `500ms`, `5s` or `10min`: {error}");
        match time.map_err(wrong)? {
            time if !time.is_zero() && time < Duration::from_millis(1) => {
                Err(format!("`{text}` is shorter than a millisecond, the shortest time there is"))
            }
            time => Ok(Self(time)),
        }
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        humantime::format_duration(self.0).fmt(f)
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Text(String),
            Whole(u32),
            Seconds(f64),
        }
        let text = match Written::deserialize(deserializer)? {
            Written::Text(text) => text,
            Written::Whole(seconds) => seconds.to_string(),
            Written::Seconds(seconds) => seconds.to_string(),
        };
        text.parse().map_err(serde::de::Error::custom)
    }
}
