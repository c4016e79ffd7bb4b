//! Broken configs and what is said about them; defaults; the example.

use super::*;

fn read(text: &str) -> Result<Config, Problems> {
    let path = PathBuf::from("config.toml");
    Config::read(text, &Surroundings { path, state_directory: None })
}

#[test]
fn scratch() {
    for text in [
        include_str!("../../config/config.toml"),
        "[[topic]]\nname = \"x\"\nrule = '''\n북한 and\n  (@missing'''\n[[topic]]\nname=\"y\"\nrule=\"북한 and\"",
        "[[topic]]\nname = \"x\"\nrule = \"@korea\"\n[[topic]]\nname = \"y\"\nrule = \"@Korea\"\n[concepts.korea]\nterms=[\"a b\", \"(x\", 3]\n[concepts.\"한 국\"]\nterms=[\"a\"]\n[concepts.empty]\n[concepts.any]\nany=[\"@korae\"]\n",
    ] {
        println!("=======\n-------");
        match read(text) {
            Ok(c) => println!("{}", c.warnings),
            Err(p) => println!("{p}\n{}", p.summary()),
        }
    }
}
