//! Any text as broken XML. What holds: no panic; what is mended is well-formed, is mended to itself, and
//! has not grown beyond what its escapes need.

#![no_main]

use libfuzzer_sys::fuzz_target;
use muara::feed::stages;

fuzz_target!(|text: &str| {
    let Some(mended) = stages::mended(text) else { return };
    // Cut off within its first tag.
    if mended.is_empty() {
        return;
    }
    assert!(stages::is_sound(&mended), "{mended}");
    assert!(mended.len() <= 16 * text.len() + 64, "{} from {}", mended.len(), text.len());
    assert_eq!(stages::mended(&mended).as_deref(), Some(mended.as_str()));
});
