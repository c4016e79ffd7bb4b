//! Text as people write it: folding, scripts, tokens, plain text from HTML.
