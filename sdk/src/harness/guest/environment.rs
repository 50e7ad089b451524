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
    use crate::bindings::calendar::Refusal;
    use crate::harness::HolidayCalendar;
    use crate::harness::attempt::current;
    use crate::harness::manifest::Use;
    use crate::time::Date;

    fn asked<T>(ask: impl FnOnce(&HolidayCalendar) -> Result<T, Refusal>) -> Result<T, Refusal> {
        current(|attempt| {
            attempt.granted("calendar", Use::Anything)?;
            Ok(ask(&attempt.calendar))
        })
    }

    fn date(text: &str) -> Result<Date, Refusal> {
        text.parse().map_err(|_| Refusal::NoDate(text.to_owned()))
    }

    pub(crate) fn is_working_day(place: &str, day: &str) -> Result<bool, Refusal> {
        asked(|calendar| calendar.is_working_day(place, date(day)?))
    }

    pub(crate) fn add_working_days(place: &str, from: &str, days: u32) -> Result<String, Refusal> {
        asked(|calendar| calendar.add_working_days(place, date(from)?, days).map(|date| date.to_string()))
    }

    pub(crate) fn working_days_between(place: &str, from: &str, to: &str) -> Result<u32, Refusal> {
        asked(|calendar| calendar.working_days_between(place, date(from)?, date(to)?))
    }

    pub(crate) fn date_at(place: &str, time: u64) -> Result<String, Refusal> {
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
    use crate::harness::attempt::{Stop, current};
    use crate::harness::manifest::Use;
    use crate::harness::run::LogLine;
    use crate::harness::weight::at_most;
    use crate::limits::{MAX_FIELDS, MAX_FIELDS_BYTES, MAX_MESSAGE_BYTES};

    pub(crate) fn emit(level: Level, message: &str, fields: &[Field]) {
        current(|attempt| {
            attempt.granted("log", Use::Anything)?;
            at_most("log.emit", "the message", message.len(), MAX_MESSAGE_BYTES)?;
            let length = fields.iter().map(|field| field.name.len() + field.value.len()).sum();
            at_most("log.emit", "the fields", length, MAX_FIELDS_BYTES)?;
            if fields.len() > MAX_FIELDS {
                return Err(Stop::Trap(format!("log.emit: more than {MAX_FIELDS} fields")));
            }
            attempt.weight.log()?;
            let plugin = attempt.home.manifest.plugin.name.clone();
            attempt.lines.push(LogLine { plugin, level, message: message.to_owned(), fields: fields.to_vec() });
            Ok(())
        });
    }
}

pub(crate) mod metrics {
    use crate::harness::attempt::{Effect, current};
    use crate::harness::manifest::Use;
    use crate::harness::weight::a_name;

    pub(crate) fn count(name: &str, n: u64) {
        keep("metrics.count", name, Effect::Count { name: name.to_owned(), n });
    }

    pub(crate) fn observe(name: &str, value: f64) {
        keep("metrics.observe", name, Effect::Observe { name: name.to_owned(), value });
    }

    /// Numbers are no writes of the plugin's: a call that may only read counts too.
    fn keep(function: &str, name: &str, effect: Effect) {
        current(|attempt| {
            attempt.granted("metrics", Use::Anything)?;
            a_name(function, "the name", name)?;
            attempt.weight.measure()?;
            attempt.effects.push(effect);
            Ok(())
        });
    }
}

pub(crate) mod rng {
    use crate::harness::attempt::{Attempt, Stop, current};
    use crate::harness::guest::crypto_keys::digest;
    use crate::harness::manifest::Use;
    use crate::harness::weight::at_most;
    use crate::limits::MAX_RANDOM_BYTES;

    /// Bytes that only look random: the same for each attempt of a test whenever it is run.
    fn bytes(attempt: &mut Attempt, length: u32) -> Result<Vec<u8>, Stop> {
        attempt.granted("rng", Use::Anything)?;
        at_most("rng.random", "the answer", length as usize, MAX_RANDOM_BYTES)?;
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
    use crate::harness::attempt::{Attempt, Stop, current};
    use crate::harness::guest::crypto_keys;
    use crate::harness::manifest::Use;
    use crate::harness::weight::at_most;
    use crate::limits::{
        MAX_DATA_BYTES, MAX_PUBLIC_KEY_BYTES, MAX_SEAL_CONTEXT_BYTES, MAX_SEALED_BYTES, MAX_SIGNATURE_BYTES,
    };

    pub(crate) fn sha256(data: &[u8]) -> Vec<u8> {
        current(|attempt| {
            attempt.granted("crypto", Use::Anything)?;
            at_most("crypto.sha256", "the data", data.len(), MAX_DATA_BYTES)?;
            Ok(crypto_keys::digest_of(data))
        })
    }

    pub(crate) fn verify(algorithm: Algorithm, public_key: &[u8], data: &[u8], signature: &[u8]) -> bool {
        current(|attempt| {
            attempt.granted("crypto", Use::Anything)?;
            at_most("crypto.verify", "the public key", public_key.len(), MAX_PUBLIC_KEY_BYTES)?;
            at_most("crypto.verify", "the data", data.len(), MAX_DATA_BYTES)?;
            at_most("crypto.verify", "the signature", signature.len(), MAX_SIGNATURE_BYTES)?;
            Ok(crypto_keys::verify(algorithm, public_key, data, signature))
        })
    }

    pub(crate) fn mac(name: &str, data: &[u8]) -> Vec<u8> {
        current(|attempt| {
            attempt.granted("crypto", Use::Key(name))?;
            at_most("crypto.mac", "the data", data.len(), MAX_DATA_BYTES)?;
            Ok(crypto_keys::mac(&attempt.home, name, data))
        })
    }

    pub(crate) fn seal(name: &str, context: &[u8], data: &[u8]) -> Vec<u8> {
        current(|attempt| {
            granted(attempt, "crypto.seal", name, context)?;
            at_most("crypto.seal", "the data", data.len(), MAX_DATA_BYTES)?;
            Ok(crypto_keys::seal(&attempt.home, name, context, data))
        })
    }

    pub(crate) fn open(name: &str, context: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        current(|attempt| {
            granted(attempt, "crypto.open", name, context)?;
            at_most("crypto.open", "the sealed data", sealed.len(), MAX_SEALED_BYTES)?;
            Ok(crypto_keys::open(&attempt.home, name, context, sealed))
        })
    }

    fn granted(attempt: &Attempt, function: &str, name: &str, context: &[u8]) -> Result<(), Stop> {
        attempt.granted("crypto", Use::Key(name))?;
        at_most(function, "the context", context.len(), MAX_SEAL_CONTEXT_BYTES)
    }
}
