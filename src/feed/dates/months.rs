//! Names of the months in the languages of feeds, as beginnings of words.
//!
//! Abbreviations and cases begin alike, so beginnings are enough; the longest that fits counts
//! (`červenec` is July, `červen` June). A word that begins like a weekday is none.

use super::tokens::plainly_spelled;
use std::sync::LazyLock;

/// January to December; other spellings after strokes. Languages whose names are covered by those of
/// others are left out.
const LANGUAGES: &str = "
    jan feb mar apr may jun jul aug sep oct nov dec
    jan feb mar/mär/maar/mrt/mrz apr mai/mei jun jul aug/ags sep okt nov dez
    jan peb mar apr mei jun jul agu/agus/agt sep okt nop des
    jan feb mac apr mei jun jul/julai ogos sep okt nov dis
    jan fev/fév mar avr mai juin juil aoû sep oct nov déc
    ene feb mar abr may jun jul ago sep/set oct nov dic
    jan fev mar/març abr mai jun jul ago set out nov dez
    gen feb mar apr mag giu lug ago set/sett ott nov dic
    gen feb mar abr mai/maig juny jul/juliol ago set oct nov des
    xan feb mar abr mai xuñ xul ago set out nov dec
    ian feb mar/martie apr mai iun iul aug sep oct noi dec
    янв фев мар/март апр мая/май июн июл авг сен/сент окт ноя дек
    яну фев мар апр май юни/юн юли/юл авг сеп окт ное дек
    јан феб мар апр мај јун јул авг сеп окт нов дец
    січ лют бер/берез квіт трав черв лип серп вер/верес жовт лис/листоп груд
    студ лют сак крас мая/траў чэр ліп жні вер кас/кастр ліст сне/снеж
    sty lut mar kwi maj cze lip sie wrz paź lis/listop gru
    led úno bře dub kvě čvn/červen/červn čvc/července/červenec srp zář říj lis/listop pro
    jan feb mar apr máj/maj jún júl aug sep okt nov dec
    jan feb már ápr máj jún júl aug szept okt nov dec
    sij/siječ velj ožu tra/trav svi/svib lipnj/lipanj srpanj/srpnj kol/kolov ruj/rujn _ stu/studen pro
    ιαν φεβ/φλεβ μαρ απρ μάι/μάη ιουν ιουλ αυγ σεπ οκτ νοε/νοεμ δεκ
    oca şub mar nis may/mayıs haz tem ağu eyl eki kas ara
    yan fev mar apr may iyn/iyun iyl/iyul avq/avg sent okt noy dek
    tammi helmi maalis huhti touko kesä heinä elo syys loka marras joulu
    jaan veeb märts apr mai juuni juuli aug sept okt nov dets
    jan feb mar apr mai jūn jūl aug sep okt nov dec
    sau/saus vas/vasar kov bal/baland geg/geguž bir/birž lie/liep rugp rugs spa/spal lap/lapk gru/gruod
    jan feb mar apr maí jún júl ágú sep okt nóv des
    jan shk mar prill maj qersh korr gush shtat tetor nën dhj
    urt ots mar api mai eka uzt abu ira urr aza abe
    ene peb mar abr may hun hul ago set/sety okt nob dis
    يناير فبراير مارس ابريل/أبريل مايو يوني يولي أغسطس سبتمبر أكتوبر نوفمبر ديسمبر
    جانفي فيفري مارس أفريل ماي جوان جويلية أوت سبتمبر أكتوبر نوفمبر ديسمبر
    كانونالثاني شباط آذار نيسان أيار حزيران تموز آب أيلول تشرينالأول تشرينالثاني كانونالأول
    ژانویه فوریه مارس آوریل مه ژوئن ژوئیه/جولای اوت/آگوست سپتامبر اکتبر نوامبر دسامبر
    جنوری فروری مارچ اپریل مئی جون جولائی اگست ستمبر اکتوبر نومبر دسمبر
    ינו פבר מרץ/מרס אפר מאי יוני/יונ יולי/יול אוג ספט אוק/אוקט נוב דצמ
    जन/जनवरी फ़र/फर मार्च अप्रै मई जून जुला अग/अगस्त सित अक्टू/अक्तू नव/नवं दिस
    जाने फेब्रु मार्च एप्रि मे जून जुलै ऑग सप्टें/सप्टे ऑक्टो नोव्हें/नोव्हे डिसें/डिसे
    জানু ফেব্রু মার্চ এপ্রি মে জুন জুলা আগ সেপ্টে অক্টো নভে ডিসে
    ਜਨ ਫ਼ਰ/ਫਰ ਮਾਰਚ ਅਪ੍ਰੈ ਮਈ ਜੂਨ ਜੁਲਾ ਅਗ ਸਤੰ ਅਕਤੂ ਨਵੰ ਦਸੰ
    જાન્યુ ફેબ્રુ માર્ચ એપ્રિ મે જૂન જુલા ઑગ/ઓગ સપ્ટે ઑક્ટો/ઓક્ટો નવે ડિસે
    ஜன பிப் மார்ச் ஏப் மே ஜூன் ஜூலை ஆக செப் அக் நவ டிச
    జన ఫిబ్ర మార్చి ఏప్రి మే జూన్ జులై/జూలై ఆగ సెప్టెం అక్టో నవం డిసెం
    ಜನ ಫೆಬ್ರ ಮಾರ್ಚ್ ಏಪ್ರಿ ಮೇ ಜೂನ್ ಜುಲೈ ಆಗ ಸೆಪ್ಟೆಂ ಅಕ್ಟೋ ನವೆಂ ಡಿಸೆಂ
    ജനു ഫെബ്രു മാർ/മാര് ഏപ്രി മേയ്/മെയ് ജൂൺ/ജൂണ് ജൂലൈ ഓഗ/ആഗ സെപ്റ്റം/സെപ്തം ഒക്ടോ/ഒക്‌ടോ നവം ഡിസം
    ม.ค/มกรา ก.พ/กุมภา มี.ค/มีนา เม.ย/เมษา พ.ค/พฤษภา มิ.ย/มิถุนา ก.ค/กรกฎา ส.ค/สิงหา ก.ย/กันยา ต.ค/ตุลา พ.ย/พฤศจิกา ธ.ค/ธันวา
    មករា កុម្ភ មីនា មេសា ឧសភា មិថុនា កក្កដា សីហា កញ្ញា តុលា វិច្ឆិកា ធ្នូ
    ဇန်နဝါရီ ဖေဖော်ဝါရီ မတ် ဧပြီ မေ ဇွန် ဇူလိုင် ဩဂုတ်/သြဂုတ် စက်တင်ဘာ အောက်တိုဘာ နိုဝင်ဘာ ဒီဇင်ဘာ
    იან თებ მარ აპრ მაი ივნ ივლ აგვ სექ ოქტ ნოე დეკ
    հուն/հունվար փետ մար ապր մայ հունիս հուլ օգո սեպ հոկ նոյ դեկ
    қаң ақп нау сәу мам мау шіл там қыр қаз қар жел";

/// Iran's, from Farvardin on.
const IRANIAN: &str = "فروردین اردیبهشت خرداد تیر مرداد/امرداد شهریور مهر آبان آذر دی بهمن اسفند";

/// Weekdays that begin like months.
const WEEKDAYS: [&str; 8] =
    ["martes", "martedì", "mardi", "marți", "середа", "vasárnap", "subot", "pazar"];

/// A month by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Month {
    /// 1 to 12.
    Ours(u32),
    /// Of Iran's solar calendar, 1 to 12.
    Iranian(u32),
}

/// Beginnings, plainly spelled, in their order; `None` for those that begin no month.
static BEGINNINGS: LazyLock<Vec<(String, Option<Month>)>> = LazyLock::new(|| {
    let ours = LANGUAGES.lines().flat_map(|line| row(line, Month::Ours));
    let iranian = row(IRANIAN, Month::Iranian);
    let weekdays = WEEKDAYS.into_iter().map(|day| (plainly_spelled(day), None));
    let mut all: Vec<_> = ours.chain(iranian).chain(weekdays).collect();
    all.sort();
    all.dedup();
    all
});

fn row(line: &str, month: fn(u32) -> Month) -> impl Iterator<Item = (String, Option<Month>)> {
    (1..).zip(line.split_whitespace()).flat_map(move |(number, names)| {
        let names = names.split('/').filter(|name| *name != "_");
        names.map(move |name| (plainly_spelled(name), Some(month(number))))
    })
}

/// The month that a plainly spelled word names.
pub(super) fn of(word: &str, language: Option<&str>) -> Option<Month> {
    // Croats call October what Poles and Czechs call November.
    let is_croatian = || language.is_some_and(|it| it.starts_with("hr") || it.starts_with("bs"));
    if word.starts_with("listopad") && is_croatian() {
        return Some(Month::Ours(10));
    }
    let found = longest_beginning(word);
    // "In" is written together with the month in Hebrew.
    found.or_else(|| word.strip_prefix('ב').and_then(longest_beginning))
}

/// Every beginning of the word stands before it in the list: the nearest is the longest.
fn longest_beginning(word: &str) -> Option<Month> {
    let ends = word.char_indices().map(|(at, c)| at + c.len_utf8());
    let mut longest = None;
    for end in ends {
        let beginning = &word[..end];
        let at = BEGINNINGS.partition_point(|(known, _)| known.as_str() < beginning);
        match BEGINNINGS.get(at) {
            Some((known, month)) if known == beginning => longest = Some(*month),
            Some((known, _)) if known.starts_with(beginning) => {}
            _ => break,
        }
    }
    longest.flatten()
}

/// The month that Arabic names with two words: the "first" or the "second" of its name.
pub(super) fn of_two(word: &str, next: &str) -> Option<Month> {
    let is_second = next.contains("ثاني");
    let is_first = next.contains("اول");
    let month = match (word, is_first, is_second) {
        ("كانون", false, true) => 1,
        ("تشرين", true, false) => 10,
        ("تشرين", false, true) => 11,
        ("كانون", true, false) => 12,
        _ => return None,
    };
    Some(Month::Ours(month))
}

/// Vietnamese counts its months, in digits or in words.
pub(super) fn of_count(word: &str, next: Option<&str>) -> Option<Month> {
    const NUMBERS: [&str; 10] =
        ["mot", "hai", "ba", "tu", "nam", "sau", "bay", "tam", "chin", "muoi"];
    let place = |word: &str| (1..).zip(NUMBERS).find(|(_, name)| *name == word).map(|(n, _)| n);
    let month = match (word, next) {
        ("muoi", Some("mot")) => 11,
        ("muoi", Some("hai")) | ("chap", _) => 12,
        ("gieng", _) => 1,
        (word, _) => place(word)?,
    };
    Some(Month::Ours(month))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(word: &str) -> Option<Month> {
        of(&plainly_spelled(word), None)
    }

    /// Whole names in the case in which dates have them, and abbreviations.
    const NAMES: &str = "
        en January February March April May June July August September October November December
        es enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
        pt janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro
        fr janvier février mars avril mai juin juillet août septembre octobre novembre décembre
        de Januar Februar März April Mai Juni Juli August September Oktober November Dezember
        at Jänner Feber Mär. Apr. Mai Jun. Jul. Aug. Sept. Okt. Nov. Dez.
        it gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre
        nl januari februari maart april mei juni juli augustus september oktober november december
        sv januari februari mars april maj juni juli augusti september oktober november december
        da januar februar marts april maj juni juli august september oktober november december
        nb januar februar mars april mai juni juli august september oktober november desember
        fi tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta marraskuuta joulukuuta
        et jaanuar veebruar märts aprill mai juuni juuli august september oktoober november detsember
        lv janvārī februārī martā aprīlī maijā jūnijā jūlijā augustā septembrī oktobrī novembrī decembrī
        lt sausio vasario kovo balandžio gegužės birželio liepos rugpjūčio rugsėjo spalio lapkričio gruodžio
        pl stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia
        cs ledna února března dubna května června července srpna září října listopadu prosince
        sk januára februára marca apríla mája júna júla augusta septembra októbra novembra decembra
        hu január február március április május június július augusztus szeptember október november december
        ro ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie
        sl januar februar marec april maj junij julij avgust september oktober november december
        ru января февраля марта апреля мая июня июля августа сентября октября ноября декабря
        rU Январь Февраль Март Апрель Май Июнь Июль Август Сентябрь Октябрь Ноябрь Декабрь
        uk січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня
        be студзеня лютага сакавіка красавіка мая чэрвеня ліпеня жніўня верасня кастрычніка лістапада снежня
        bg януари февруари март април май юни юли август септември октомври ноември декември
        sr јануар фебруар март април мај јун јул август септембар октобар новембар децембар
        mk јануари февруари март април мај јуни јули август септември октомври ноември декември
        el Ιανουαρίου Φεβρουαρίου Μαρτίου Απριλίου Μαΐου Ιουνίου Ιουλίου Αυγούστου Σεπτεμβρίου Οκτωβρίου Νοεμβρίου Δεκεμβρίου
        eL Ιανουάριος Φεβρουάριος Μάρτιος Απρίλιος Μάιος Ιούνιος Ιούλιος Αύγουστος Σεπτέμβριος Οκτώβριος Νοέμβριος Δεκέμβριος
        tr Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık
        tR OCAK ŞUBAT MART NİSAN MAYIS HAZİRAN TEMMUZ AĞUSTOS EYLÜL EKİM KASIM ARALIK
        az yanvar fevral mart aprel may iyun iyul avqust sentyabr oktyabr noyabr dekabr
        uz yanvar fevral mart aprel may iyun iyul avgust sentabr oktabr noyabr dekabr
        kk қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан
        id Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember
        iD Jan Peb Mar Apr Mei Jun Jul Agt Sept Okt Nop Des
        ms Januari Februari Mac April Mei Jun Julai Ogos September Oktober November Disember
        tl Enero Pebrero Marso Abril Mayo Hunyo Hulyo Agosto Setyembre Oktubre Nobyembre Disyembre
        sw Januari Februari Machi Aprili Mei Juni Julai Agosti Septemba Oktoba Novemba Desemba
        ca gener febrer març abril maig juny juliol agost setembre octubre novembre desembre
        gl xaneiro febreiro marzo abril maio xuño xullo agosto setembro outubro novembro decembro
        eu urtarrila otsaila martxoa apirila maiatza ekaina uztaila abuztua iraila urria azaroa abendua
        is janúar febrúar mars apríl maí júní júlí ágúst september október nóvember desember
        sq janar shkurt mars prill maj qershor korrik gusht shtator tetor nëntor dhjetor
        ar يناير فبراير مارس أبريل مايو يوني يولي أغسطس سبتمبر أكتوبر نوفمبر ديسمبر
        aR يناير فبراير مارس إبريل مايو يونيه يوليه اغسطس سبتمبر اكتوبر نوفمبر ديسمبر
        dz جانفي فيفري مارس أفريل ماي جوان جويلية أوت سبتمبر أكتوبر نوفمبر ديسمبر
        fa ژانویه فوریه مارس آوریل مه ژوئن ژوئیه اوت سپتامبر اکتبر نوامبر دسامبر
        ur جنوری فروری مارچ اپریل مئی جون جولائی اگست ستمبر اکتوبر نومبر دسمبر
        he בינואר בפברואר במרץ באפריל במאי ביוני ביולי באוגוסט בספטמבר באוקטובר בנובמבר בדצמבר
        hE ינואר פברואר מרס אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר
        hi जनवरी फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर
        hI जनवरी फरवरी मार्च अप्रैल मई जून जुलाई अगस्त सितम्बर अक्तूबर नवम्बर दिसम्बर
        mr जानेवारी फेब्रुवारी मार्च एप्रिल मे जून जुलै ऑगस्ट सप्टेंबर ऑक्टोबर नोव्हेंबर डिसेंबर
        bn জানুয়ারি ফেব্রুয়ারি মার্চ এপ্রিল মে জুন জুলাই আগস্ট সেপ্টেম্বর অক্টোবর নভেম্বর ডিসেম্বর
        pa ਜਨਵਰੀ ਫ਼ਰਵਰੀ ਮਾਰਚ ਅਪ੍ਰੈਲ ਮਈ ਜੂਨ ਜੁਲਾਈ ਅਗਸਤ ਸਤੰਬਰ ਅਕਤੂਬਰ ਨਵੰਬਰ ਦਸੰਬਰ
        gu જાન્યુઆરી ફેબ્રુઆરી માર્ચ એપ્રિલ મે જૂન જુલાઈ ઑગસ્ટ સપ્ટેમ્બર ઑક્ટોબર નવેમ્બર ડિસેમ્બર
        ta ஜனவரி பிப்ரவரி மார்ச் ஏப்ரல் மே ஜூன் ஜூலை ஆகஸ்ட் செப்டம்பர் அக்டோபர் நவம்பர் டிசம்பர்
        te జనవరి ఫిబ్రవరి మార్చి ఏప్రిల్ మే జూన్ జులై ఆగస్టు సెప్టెంబర్ అక్టోబర్ నవంబర్ డిసెంబర్
        kn ಜನವರಿ ಫೆಬ್ರವರಿ ಮಾರ್ಚ್ ಏಪ್ರಿಲ್ ಮೇ ಜೂನ್ ಜುಲೈ ಆಗಸ್ಟ್ ಸೆಪ್ಟೆಂಬರ್ ಅಕ್ಟೋಬರ್ ನವೆಂಬರ್ ಡಿಸೆಂಬರ್
        ml ജനുവരി ഫെബ്രുവരി മാർച്ച് ഏപ്രിൽ മേയ് ജൂൺ ജൂലൈ ഓഗസ്റ്റ് സെപ്റ്റംബർ ഒക്ടോബർ നവംബർ ഡിസംബർ
        th มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม
        tH ม.ค. ก.พ. มี.ค. เม.ย. พ.ค. มิ.ย. ก.ค. ส.ค. ก.ย. ต.ค. พ.ย. ธ.ค.
        km មករា កុម្ភៈ មីនា មេសា ឧសភា មិថុនា កក្កដា សីហា កញ្ញា តុលា វិច្ឆិកា ធ្នូ
        my ဇန်နဝါရီ ဖေဖော်ဝါရီ မတ် ဧပြီ မေ ဇွန် ဇူလိုင် ဩဂုတ် စက်တင်ဘာ အောက်တိုဘာ နိုဝင်ဘာ ဒီဇင်ဘာ
        ka იანვარი თებერვალი მარტი აპრილი მაისი ივნისი ივლისი აგვისტო სექტემბერი ოქტომბერი ნოემბერი დეკემბერი
        hy հունվարի փետրվարի մարտի ապրիլի մայիսի հունիսի հուլիսի օգոստոսի սեպտեմբերի հոկտեմբերի նոյեմբերի դեկտեմբերի";

    #[test]
    fn months_have_many_names() {
        let mut wrong = Vec::new();
        for line in NAMES.lines().filter(|line| !line.is_empty()) {
            let (language, names) = line.trim().split_once(' ').unwrap();
            let names: Vec<&str> = names.split(' ').collect();
            assert_eq!(names.len(), 12, "{language}");
            for (month, name) in (1..).zip(names) {
                if named(name) != Some(Month::Ours(month)) {
                    wrong.push((language, name, named(name)));
                }
            }
        }
        assert!(wrong.is_empty(), "{wrong:?}");
        for (month, name) in (1..).zip(IRANIAN.split(' ').filter_map(|it| it.split('/').next())) {
            assert_eq!(named(name), Some(Month::Iranian(month)), "{name}");
        }
        assert_eq!(of("listopada", Some("hr")), Some(Month::Ours(10)));
        assert_eq!(named("siječnja"), Some(Month::Ours(1)));
        assert_eq!(named("srpnja"), Some(Month::Ours(7)));
        assert_eq!(named("studenoga"), Some(Month::Ours(11)));
    }

    #[test]
    fn no_beginning_is_of_two_months() {
        let doubles: Vec<_> = BEGINNINGS.windows(2).filter(|pair| pair[0].0 == pair[1].0).collect();
        assert!(doubles.is_empty(), "{doubles:?}");
    }

    #[test]
    fn weekdays_and_other_words_are_no_months() {
        let words = "Monday Tue Wednesday Thu Fri Saturday Sunday lunes martes miércoles jueves viernes sábado \
            domingo segunda feira terça quarta quinta sexta seg sex mardi mercredi jeudi vendredi samedi dimanche \
            Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonnabend Sonntag lunedì martedì mercoledì giovedì \
            venerdì sabato domenica maandag dinsdag woensdag donderdag vrijdag zaterdag zondag måndag tisdag \
            onsdag torsdag fredag lördag söndag maanantaina tiistaina keskiviikkona torstaina perjantaina lauantaina \
            sunnuntaina poniedziałek wtorek środa czwartek piątek sobota niedziela pondělí úterý středa čtvrtek pátek \
            neděle hétfő kedd szerda csütörtök péntek szombat vasárnap luni marți miercuri joi vineri sâmbătă duminică \
            понедельник вторник среда четверг пятница суббота воскресенье понеділок середа четвер п’ятниця неділя \
            Δευτέρα Τρίτη Τετάρτη Πέμπτη Παρασκευή Σάββατο Κυριακή Pazartesi Salı Çarşamba Perşembe Cuma Cumartesi Pazar \
            Senin Selasa Rabu Kamis Jumat Sabtu Minggu Isnin Khamis Ahad الأحد الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت \
            सोमवार मंगलवार बुधवार गुरुवार शुक्रवार शनिवार रविवार শনিবার রবিবার วันจันทร์ วันพุธ วันพฤหัสบดี วันศุกร์ที่ พ.ศ. \
            uhr klo kl t de del at the on le di gada г години w um om";
        let wrong: Vec<_> = words.split_whitespace().filter(|word| named(word).is_some()).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }
}
