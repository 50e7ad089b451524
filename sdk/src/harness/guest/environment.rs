//! What surrounds a plugin.

pub(crate) mod clock {
    use crate::harness::attempt::current;
    use crate::harness::manifest::Use;

    pub(crate) fn now() -> u64 {
        current(|attempt| {
            attempt.granted("clock", Use::Anything)?;
            Ok(attempt.context.now)
        })
    }
}

pub(crate) mod calendar {
    use crate::harness::HolidayCalendar;
    use crate::harness::attempt::current;
    use crate::harness::manifest::Use;
    use crate::time::Date;

    fn asked<T>(ask: impl FnOnce(&HolidayCalendar) -> Result<T, String>) -> Result<T, String> {
        current(|attempt| {
            attempt.granted("calendar", Use::Anything)?;
            Ok(ask(&attempt.calendar))
        })
    }

    fn date(text: &str) -> Result<Date, String> {
        text.parse().map_err(|_| format!("{text:?} is no date"))
    }

    pub(crate) fn is_working_day(place: &str, day: &str) -> Result<bool, String> {
        asked(|calendar| calendar.is_working_day(place, date(day)?))
    }

    pub(crate) fn add_working_days(place: &str, from: &str, days: u32) -> Result<String, String> {
        asked(|calendar| calendar.add_working_days(place, date(from)?, days).map(|date| date.to_string()))
    }

    pub(crate) fn working_days_between(place: &str, from: &str, to: &str) -> Result<u32, String> {
        asked(|calendar| calendar.working_days_between(place, date(from)?, date(to)?))
    }

    pub(crate) fn date_at(place: &str, time: u64) -> Result<String, String> {
        asked(|calendar| calendar.date_at(place, time).map(|date| date.to_string()))
    }
}

pub(crate) mod config {
    use crate::harness::attempt::current;
    use crate::harness::manifest::Use;

    pub(crate) fn get(key: &str) -> Option<String> {
        current(|attempt| {
            attempt.granted("config", Use::Key(key))?;
            Ok(attempt.home.config.get(key).cloned())
        })
    }
}

pub(crate) mod secrets {
    use crate::harness::attempt::current;
    use crate::harness::manifest::Use;

    pub(crate) fn get(name: &str) -> Option<String> {
        current(|attempt| {
            attempt.granted("secrets", Use::Name(name))?;
            Ok(attempt.home.secrets.get(name).cloned())
        })
    }
}

pub(crate) mod log {
    use crate::bindings::log::{Field, Level};
    use crate::harness::attempt::current;
    use crate::harness::manifest::Use;
    use crate::harness::run::LogLine;

    pub(crate) fn emit(level: Level, message: &str, fields: &[Field]) {
        current(|attempt| {
            attempt.granted("log", Use::Anything)?;
            let plugin = attempt.home.manifest.plugin.name.clone();
            attempt.lines.push(LogLine { plugin, level, message: message.to_owned(), fields: fields.to_vec() });
            Ok(())
        });
    }
}

pub(crate) mod metrics {
    use crate::harness::attempt::{Effect, current};
    use crate::harness::manifest::Use;

    pub(crate) fn count(name: &str, n: u64) {
        keep(Effect::Count { name: name.to_owned(), n });
    }

    pub(crate) fn observe(name: &str, value: f64) {
        keep(Effect::Observe { name: name.to_owned(), value });
    }

    /// Numbers are no writes of the plugin's: a call that may only read counts too.
    fn keep(effect: Effect) {
        current(|attempt| {
            attempt.granted("metrics", Use::Anything)?;
            attempt.effects.push(effect);
            Ok(())
        });
    }
}

pub(crate) mod rng {
    use crate::harness::attempt::{Attempt, Stop, current};
    use crate::harness::guest::crypto_keys::digest;
    use crate::harness::manifest::Use;

    /// What the host gives at once.
    const MOST_BYTES: u32 = 4_096;

    /// Bytes that only look random: the same for each attempt of a test whenever it is run.
    fn bytes(attempt: &mut Attempt, length: u32) -> Result<Vec<u8>, Stop> {
        attempt.granted("rng", Use::Anything)?;
        if length > MOST_BYTES {
            return Err(Stop::Trap(format!("{length} random bytes are more than {MOST_BYTES}")));
        }
        let mut out = Vec::new();
        while out.len() < length as usize {
            let parts = [
                attempt.context.request_id.as_str(),
                &attempt.context.attempt.to_string(),
                &attempt.randomness.to_string(),
            ];
            out.extend(digest(&parts.map(str::as_bytes)));
            attempt.randomness += 1;
        }
        out.truncate(length as usize);
        Ok(out)
    }

    pub(crate) fn random(length: u32) -> Vec<u8> {
        current(|attempt| bytes(attempt, length))
    }

    pub(crate) fn id() -> String {
        current(|attempt| {
            let mut id = bytes(attempt, 16)?;
            id[..6].copy_from_slice(&attempt.context.now.to_be_bytes()[2..]);
            id[6] = 0x70 | (id[6] & 0x0F);
            id[8] = 0x80 | (id[8] & 0x3F);
            let text = hex::encode(&id);
            Ok(format!("{}-{}-{}-{}-{}", &text[..8], &text[8..12], &text[12..16], &text[16..20], &text[20..]))
        })
    }
}

pub(crate) mod crypto {
    use crate::bindings::crypto::Algorithm;
    use crate::harness::attempt::current;
    use crate::harness::guest::crypto_keys;
    use crate::harness::manifest::Use;

    pub(crate) fn sha256(data: &[u8]) -> Vec<u8> {
        current(|attempt| {
            attempt.granted("crypto", Use::Anything)?;
            Ok(crypto_keys::digest_of(data))
        })
    }

    pub(crate) fn verify(algorithm: Algorithm, public_key: &[u8], data: &[u8], signature: &[u8]) -> bool {
        current(|attempt| {
            attempt.granted("crypto", Use::Anything)?;
            Ok(crypto_keys::verify(algorithm, public_key, data, signature))
        })
    }

    pub(crate) fn mac(name: &str, data: &[u8]) -> Vec<u8> {
        current(|attempt| {
            attempt.granted("crypto", Use::Key(name))?;
            Ok(crypto_keys::mac(&attempt.home, name, data))
        })
    }

    pub(crate) fn seal(name: &str, data: &[u8]) -> Vec<u8> {
        current(|attempt| {
            attempt.granted("crypto", Use::Key(name))?;
            Ok(crypto_keys::seal(&attempt.home, name, data))
        })
    }

    pub(crate) fn open(name: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        current(|attempt| {
            attempt.granted("crypto", Use::Key(name))?;
            Ok(crypto_keys::open(&attempt.home, name, sealed))
        })
    }
}
