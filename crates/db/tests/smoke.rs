#![allow(clippy::unwrap_used, reason = "tests")]
use db::*;
#[test]
fn smoke() {
    let set = [Migration::new("m", "create table a (id bigint primary key, t text);create table b(x bigint, y bigint, primary key(x,y));").insert_only(&["b"])];
    for store in db::testing::both(&set).unwrap() {
        store
            .write(|c| {
                c.execute(
                    &Sql {
                        name: "i",
                        text: "insert into a (t,id) values ($2,$1)",
                    },
                    &[1.into(), "x".into()],
                )?;
                let mut b = c.bulk("b", &[("x", ColumnType::Int), ("y", ColumnType::Int)]);
                for i in 0..1000 {
                    b.ints(&[i, 2 * i])?;
                }
                assert_eq!(b.finish()?, 1000);
                assert_eq!(c.next_ids("k", 5)?, 1);
                assert_eq!(c.next_ids("k", 5)?, 6);
                Ok::<_, StoreError>(())
            })
            .unwrap();
        let v = store.read(|c| c.query(&Sql{name:"q",text:"select t, id, (select cast(sum(y) as bigint) from b) from a where id=$1"}, &[1.into()], |r| Ok((r.text(0)?, r.int(1)?, r.int(2)?)))).unwrap();
        assert_eq!(v, vec![("x".to_owned(), 1, 999000)]);
        let e = store
            .write(|c| {
                c.execute(
                    &Sql {
                        name: "u",
                        text: "update b set y=1",
                    },
                    &[],
                )
            })
            .unwrap_err();
        assert_eq!(e.cause(), Some(Cause::Forbidden), "{e}");
        check_statements(&store, &[]).unwrap();
    }
}
