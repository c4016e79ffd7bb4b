//! Rules: their language, and all of them compiled into one matcher. Pure.
