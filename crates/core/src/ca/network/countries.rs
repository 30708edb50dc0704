//! The countries that there are.

use alloc::collections::BTreeSet;

use crate::ca::Country;

/// Every code of ISO 3166-1 alpha-2, and `XK` for Kosovo, which has none and is listed by
/// Microsoft so.
///
/// Source: <https://www.iso.org/iso-3166-country-codes.html>.
const CODES: &str = "\
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ \
    BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM \
    DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS \
    GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN \
    KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ \
    MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM \
    PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV \
    SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI \
    VN VU WF WS XK YE YT ZA ZM ZW";

/// Those with many people come first where any country will do.
const LARGE: &str = "US DE FR GB ES IT PL NL CA AU IN BR JP MX ZA";

/// A country that `named` does not name, which any other that it does not name can stand for;
/// `None` where it names them all.
pub(super) fn other_than(named: &BTreeSet<Country>) -> Option<Country> {
    let codes = LARGE.split_ascii_whitespace().chain(CODES.split_ascii_whitespace());
    codes.filter_map(|code| code.parse().ok()).find(|country| !named.contains(country))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString;

    #[test]
    fn every_code_is_there_once() {
        let codes: BTreeSet<Country> =
            CODES.split_ascii_whitespace().map(|code| code.parse().unwrap()).collect();
        assert_eq!(codes.len(), 250);
        assert_eq!(CODES.split_ascii_whitespace().count(), 250);
        assert!(LARGE.split_ascii_whitespace().all(|code| codes.contains(&code.parse().unwrap())));
    }

    #[test]
    fn another_country_is_found_until_all_are_named() {
        let mut named = BTreeSet::new();
        assert_eq!(other_than(&named).unwrap().to_string(), "US");
        while let Some(country) = other_than(&named) {
            assert!(named.insert(country));
        }
        assert_eq!(named.len(), 250);
    }
}
