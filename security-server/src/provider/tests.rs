//! Real sockets, misbehaving providers.
