//! A medium as 媒体管理簿 has it.

/// A medium whose use two people approved until a day, as 媒体管理簿 has it.
pub fn approved_medium(store: &db::Store, number: &str, approval: &str, until: &str) {
    store
        .write(|conn| {
            let entry = conn.next_ids("register_entry", 1)?;
            let enter = format!(
                "{{\"medium_number\":\"{number}\",\"medium_kind\":\"USBメモリ\",\"storage_place\":\"金庫\",\"key_holder\":\"係長\"}}"
            );
            let approve = format!(
                "{{\"purpose\":\"提供\",\"user\":\"kanri\",\"approval_number\":\"{approval}\",\"return_on\":\"{until}\"}}"
            );
            for text in [
                format!("insert into register_entry values ({entry}, 'media', 1, 1)"),
                format!(
                    "insert into register_step values ({entry}, 1, 'enter', '保管中', '{enter}', 0, 0, null, 1, '2026-07-01', 1, 1)"
                ),
                format!(
                    "insert into register_step values ({entry}, 2, 'approve', '使用承認', '{approve}', 1, 0, '{until}', 1, '2026-07-01', 1, 1)"
                ),
                format!("insert into register_confirmation values ({entry}, 2, 1, '', 2, 1, 1)"),
            ] {
                conn.execute_text(&text, &[])?;
            }
            Ok::<_, db::StoreError>(())
        })
        .unwrap();
}
