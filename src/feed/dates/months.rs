//! Names of the months in the languages of feeds, as folded beginnings of words.
//!
//! Abbreviations and cases begin alike, so beginnings are enough; the longest that fits counts
//! (`červenec` is July, `červen` June).

/// Beginnings of each month's names, January first. A language whose names are loanwords is
/// covered by its neighbours.
const MONTHS: [&str; 12] = [
    // Germanic, Romance and loans · Slavic · Baltic, Finnic, Turkic · other scripts
    "jan jän gen ene ian urt янв јан яну ιαν янва sty led sij січ студ saus jaan tammi oca qan yan يناير جانفي ينا כانون كانونالثاني ינו जन জানু ม.ค มกรา ჯან հուն january ژانویه",
    "feb fév fev feu фев φεβ φλεβ lut úno uno vel лют лют veebr vas helmi şub sub fevral فبراير فيفري شباط פבר फ़र फर ফেব্রু ก.พ กุมภา თებ փետ فوریه",
    "mar mär mae mrt mrz març марта мар μαρ märts bře bre ožu бер сак kov maalis mart مارس آذار מרץ מרס मार्च মার্চ มี.ค มีนา მარ մար maret mac",
    "apr avr abr ápr апр απρ kwi dub tra кві крас bal huhti nis avril aprel أبريل ابريل أفريل نيسان אפר अप्रै এপ্রি เม.ย เมษา აპრ ապր آوریل",
    "may mai mei mag máj maj мая май мај μαι μαΐ μαϊ μάι kvě kve svi тра geg touko mayıs مايو ماي أيار מאי मई মে พ.ค พฤษภา მაი մայ مه",
    "jun jún juin giu iun juni juny июн јун юни ιουν cze červen čvn cerven lipnja чер чэрв birž birz kesä kesa haz iyun يونيو جوان حزيران יונ जून জুন มิ.ย มิถุนา ივნ հունի ژوئن",
    "jul júl juil lug iul july июл јул юли ιουλ lip červenec července čvc cervenec srpnja srpanj лип ліп liep heinä heina tem iyul يوليو جويلية تموز יול जुल জুলা ก.ค กรกฎา ივლ հուլի ژوئیه",
    "aug aoû aou ago avg agu ags ogos авг αυγ sie srp kolovoz сер жні rugp elo ağu agustos avqust أغسطس اغسطس أوت آب אוג अगस्त আগ ส.ค สิงหา აგვ օգո اوت",
    "sep set sett szept сен септ σεπ wrz zář zar rujna rujan вер верас rugs syys eyl sentyabr سبتمبر أيلول ספט सित সেপ্টে ก.ย กันยา სექ սեպ سپتامبر",
    "oct okt out ott окт οκτ paź paz říj rij жов кастр spal spalio loka eki oktyabr أكتوبر اكتوبر אוק אקט अक्टू অক্টো ต.ค ตุลา ოქტ հոկ اکتبر",
    "nov ноя ное нов νοε lis studen лис ліст lap lapkr marras kas noyabr نوفمبر נוב नव নভে พ.ย พฤศจิกา ნოე նոյ نوامبر",
    "dec déc dez dic dés des det дек δεκ gru pro гру снеж gruod joulu ara dekabr ديسمبر דצמ दिस ডিসে ธ.ค ธันวา დეკ դեկ دسامبر",
];

/// The number of the month that a folded word names, 1 to 12.
pub(super) fn of(word: &str) -> Option<u32> {
    (1..)
        .zip(MONTHS)
        .filter_map(|(month, names)| Some((longest_beginning(word, names)?, month)))
        .max()
        .map(|(_, month)| month)
}

fn longest_beginning(word: &str, names: &str) -> Option<usize> {
    names.split(' ').filter(|name| word.starts_with(name)).map(str::len).max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_have_many_names() {
        let cases = [
            ("january", 1),
            ("января", 1),
            ("stycznia", 1),
            ("ocak", 1),
            ("tammikuuta", 1),
            ("février", 2),
            ("února", 2),
            ("лютого", 2),
            ("شباط", 2),
            ("março", 3),
            ("märz", 3),
            ("maart", 3),
            ("берез", 3),
            ("aprile", 4),
            ("kwietnia", 4),
            ("квітня", 4),
            ("maggio", 5),
            ("мая", 5),
            ("травня", 5),
            ("mei", 5),
            ("juni", 6),
            ("června", 6),
            ("czerwca", 6),
            ("juillet", 7),
            ("července", 7),
            ("lipca", 7),
            ("липня", 7),
            ("luglio", 7),
            ("agustus", 8),
            ("sierpnia", 8),
            ("серпня", 8),
            ("ağustos", 8),
            ("setembro", 9),
            ("września", 9),
            ("вересня", 9),
            ("settembre", 9),
            ("ottobre", 10),
            ("października", 10),
            ("октября", 10),
            ("lokakuuta", 10),
            ("listopada", 11),
            ("ноября", 11),
            ("marraskuuta", 11),
            ("nov", 11),
            ("dezember", 12),
            ("grudnia", 12),
            ("δεκεμβρίου", 12),
            ("aralık", 12),
        ];
        for (word, month) in cases {
            assert_eq!(of(word), Some(month), "{word}");
        }
        for word in ["seg", "mon", "пт", "uhr", "klo", "t", "de"] {
            assert_eq!(of(word), None, "{word}");
        }
    }
}
