<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="az_AZ">
<context>
    <name>Terminal</name>
    <message>
        <source>Lane terminal</source>
        <translation>Zolaq terminalı</translation>
    </message>
    <message>
        <source>Lane {lane}</source>
        <translation>Zolaq {lane}</translation>
    </message>
    <message>
        <source>Log out</source>
        <translation>Çıxış</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>Kömək</translation>
    </message>
    <message>
        <source>guard</source>
        <translation>nəzarətçi</translation>
    </message>
    <message>
        <source>supervisor</source>
        <translation>növbə rəisi</translation>
    </message>
    <message>
        <source>Officer number</source>
        <translation>Əməkdaşın nömrəsi</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Parol</translation>
    </message>
    <message>
        <source>Log in</source>
        <translation>Daxil ol</translation>
    </message>
    <message>
        <source>Logging in…</source>
        <translation>Giriş yoxlanılır…</translation>
    </message>
    <message>
        <source>Type officer number and password.</source>
        <translation>Əməkdaşın nömrəsini və parolu yazın.</translation>
    </message>
    <message>
        <source>Officer number or password is wrong.</source>
        <translation>Əməkdaşın nömrəsi və ya parol səhvdir.</translation>
    </message>
    <message>
        <source>Too many attempts. Wait a minute, then try again.</source>
        <translation>Cəhdlər həddən artıq çoxdur. Bir dəqiqə gözləyib yenidən cəhd edin.</translation>
    </message>
    <message>
        <source>The lane does not answer. Trying again needs only “Log in”.</source>
        <translation>Zolaq cavab vermir. Təkrar cəhd üçün “Daxil ol” düyməsini basın.</translation>
    </message>
    <message>
        <source>The lane refused the log-in (code {code}).</source>
        <translation>Zolaq girişi rədd etdi (kod {code}).</translation>
    </message>
    <message>
        <source>Your session has ended. Log in again.</source>
        <translation>Sessiyanız başa çatıb. Yenidən daxil olun.</translation>
    </message>
    <message numerus="yes">
        <source>%n answers still have to be sent</source>
        <translation>
            <numerusform>%n cavab hələ göndərilməyib</numerusform>
            <numerusform>%n cavab hələ göndərilməyib</numerusform>
        </translation>
    </message>
    <message>
        <source>LANE BLIND</source>
        <translation>ZOLAQ GÖRMÜR</translation>
    </message>
    <message>
        <source>No connection to the lane for {seconds} s. Check every traveller yourself.</source>
        <translation>Zolaqla əlaqə {seconds} saniyədir yoxdur. Hər sərnişini özünüz yoxlayın.</translation>
    </message>
    <message>
        <source>The connection heals by itself. Answers are kept and sent later.</source>
        <translation>Əlaqə öz-özünə bərpa olunur. Cavablar saxlanılır və sonra göndərilir.</translation>
    </message>
    <message>
        <source>searching…</source>
        <translation>axtarılır…</translation>
    </message>
    <message>
        <source>no alert</source>
        <translation>siqnal yoxdur</translation>
    </message>
    <message>
        <source>second look</source>
        <translation>diqqətlə baxın</translation>
    </message>
    <message>
        <source>alert</source>
        <translation>siqnal</translation>
    </message>
    <message>
        <source>too far away</source>
        <translation>çox uzaqdır</translation>
    </message>
    <message>
        <source>blurred</source>
        <translation>bulanıqdır</translation>
    </message>
    <message>
        <source>too dark</source>
        <translation>çox qaranlıqdır</translation>
    </message>
    <message>
        <source>too bright</source>
        <translation>çox işıqlıdır</translation>
    </message>
    <message>
        <source>turned away</source>
        <translation>üz yana dönüb</translation>
    </message>
    <message>
        <source>OLD PICTURE: {seconds} s</source>
        <translation>KÖHNƏ GÖRÜNTÜ: {seconds} san</translation>
    </message>
    <message>
        <source>No picture</source>
        <translation>Görüntü yoxdur</translation>
    </message>
    <message>
        <source>Do not trust it. Look yourself.</source>
        <translation>Ona etibar etməyin. Özünüz baxın.</translation>
    </message>
    <message>
        <source>live</source>
        <translation>canlı</translation>
    </message>
    <message>
        <source>faces masked</source>
        <translation>üzlər gizlədilib</translation>
    </message>
    <message>
        <source>not clear yet</source>
        <translation>hələ aydın görünmür</translation>
    </message>
    <message>
        <source>face not usable: look yourself</source>
        <translation>üz yararsızdır: özünüz baxın</translation>
    </message>
    <message>
        <source>covered</source>
        <translation>örtülüdür</translation>
    </message>
    <message>
        <source>may be a picture</source>
        <translation>şəkil ola bilər</translation>
    </message>
    <message>
        <source>{seconds} s</source>
        <translation>{seconds} san</translation>
    </message>
    <message>
        <source>connecting</source>
        <translation>qoşulur</translation>
    </message>
    <message>
        <source>blind</source>
        <translation>görmür</translation>
    </message>
    <message>
        <source>frozen picture</source>
        <translation>şəkil donub</translation>
    </message>
    <message>
        <source>recording ended</source>
        <translation>yazı bitib</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>nasazdır</translation>
    </message>
    <message>
        <source>Alerts</source>
        <translation>Siqnallar</translation>
    </message>
    <message numerus="yes">
        <source>%n open</source>
        <translation>
            <numerusform>%n açıq</numerusform>
            <numerusform>%n açıq</numerusform>
        </translation>
    </message>
    <message>
        <source>No alerts yet.</source>
        <translation>Hələ siqnal yoxdur.</translation>
    </message>
    <message>
        <source>NEW ALERT</source>
        <translation>YENİ SİQNAL</translation>
    </message>
    <message>
        <source>Alert</source>
        <translation>Siqnal</translation>
    </message>
    <message>
        <source>Second look</source>
        <translation>Diqqətlə baxın</translation>
    </message>
    <message>
        <source>No alert</source>
        <translation>Siqnal yoxdur</translation>
    </message>
    <message>
        <source>open: compare the faces</source>
        <translation>açıqdır: üzləri müqayisə edin</translation>
    </message>
    <message>
        <source>{answer} (not sent yet)</source>
        <translation>{answer} (hələ göndərilməyib)</translation>
    </message>
    <message>
        <source>Same person</source>
        <translation>Eyni şəxsdir</translation>
    </message>
    <message>
        <source>Not the same</source>
        <translation>Eyni şəxs deyil</translation>
    </message>
    <message>
        <source>Unsure</source>
        <translation>Əmin deyiləm</translation>
    </message>
    <message>
        <source>Is this the same person?</source>
        <translation>Bu, eyni şəxsdir?</translation>
    </message>
    <message>
        <source>At the lane now</source>
        <translation>İndi zolaqda</translation>
    </message>
    <message>
        <source>At the lane, {time}</source>
        <translation>Zolaqda, {time}</translation>
    </message>
    <message>
        <source>Reference photo</source>
        <translation>Etalon foto</translation>
    </message>
    <message>
        <source>Reference photo {number} of {total}</source>
        <translation>Etalon foto {number} / {total}</translation>
    </message>
    <message numerus="yes">
        <source>taken %n years ago ({date})</source>
        <translation>
            <numerusform>%n il əvvəl çəkilib ({date})</numerusform>
            <numerusform>%n il əvvəl çəkilib ({date})</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>taken %n months ago ({date})</source>
        <translation>
            <numerusform>%n ay əvvəl çəkilib ({date})</numerusform>
            <numerusform>%n ay əvvəl çəkilib ({date})</numerusform>
        </translation>
    </message>
    <message>
        <source>taken this month ({date})</source>
        <translation>bu ay ərzində çəkilib ({date})</translation>
    </message>
    <message>
        <source>date unknown</source>
        <translation>tarixi məlum deyil</translation>
    </message>
    <message>
        <source>No reference photo</source>
        <translation>Etalon foto yoxdur</translation>
    </message>
    <message>
        <source>Loading…</source>
        <translation>Yüklənir…</translation>
    </message>
    <message>
        <source>Picture not available</source>
        <translation>Şəkil əlçatan deyil</translation>
    </message>
    <message numerus="yes">
        <source>Expect about %n false alarms a day from this list.</source>
        <translation>
            <numerusform>Bu siyahı üzrə gündə təxminən %n yanlış siqnal gözlənilir.</numerusform>
            <numerusform>Bu siyahı üzrə gündə təxminən %n yanlış siqnal gözlənilir.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Expect about one false alarm in %n days from this list.</source>
        <translation>
            <numerusform>Bu siyahı üzrə %n gündə təxminən bir yanlış siqnal gözlənilir.</numerusform>
            <numerusform>Bu siyahı üzrə %n gündə təxminən bir yanlış siqnal gözlənilir.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Expect at most %n false alarms a day from this list.</source>
        <translation>
            <numerusform>Bu siyahı üzrə gündə ən çoxu %n yanlış siqnal gözlənilir.</numerusform>
            <numerusform>Bu siyahı üzrə gündə ən çoxu %n yanlış siqnal gözlənilir.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Expect at most one false alarm in %n days from this list.</source>
        <translation>
            <numerusform>Bu siyahı üzrə %n gündə ən çoxu bir yanlış siqnal gözlənilir.</numerusform>
            <numerusform>Bu siyahı üzrə %n gündə ən çoxu bir yanlış siqnal gözlənilir.</numerusform>
        </translation>
    </message>
    <message>
        <source>Expect less than one false alarm a year from this list.</source>
        <translation>Bu siyahı üzrə ildə birdən az yanlış siqnal gözlənilir.</translation>
    </message>
    <message>
        <source>An alert is a lead. You decide.</source>
        <translation>Siqnal yalnız işarədir. Qərarı siz verirsiniz.</translation>
    </message>
    <message>
        <source>Something covers part of the face. Have it uncovered, then compare.</source>
        <translation>Üzün bir hissəsi örtülüdür. Açılmasını tələb edin, sonra müqayisə edin.</translation>
    </message>
    <message>
        <source>The camera may be seeing a photo or a screen. Look at the person.</source>
        <translation>Kamera foto və ya ekran görə bilər. Şəxsin özünə baxın.</translation>
    </message>
    <message>
        <source>Wait: the pictures are still loading.</source>
        <translation>Gözləyin: şəkillər hələ yüklənir.</translation>
    </message>
    <message>
        <source>A picture is missing: only “unsure” can be answered.</source>
        <translation>Şəkil çatışmır: yalnız “Əmin deyiləm” cavabı verilə bilər.</translation>
    </message>
    <message>
        <source>Look first: answers count from {seconds} s on.</source>
        <translation>Əvvəlcə baxın: cavab {seconds} san sonra qəbul olunacaq.</translation>
    </message>
    <message>
        <source>Already answered. Press C to correct the answer.</source>
        <translation>Artıq cavab verilib. Düzəltmək üçün C düyməsini basın.</translation>
    </message>
    <message>
        <source>No alert is selected.</source>
        <translation>Siqnal seçilməyib.</translation>
    </message>
    <message>
        <source>{answer} · {officer} · {time}</source>
        <translation>{answer} · {officer} · {time}</translation>
    </message>
    <message>
        <source>Answer kept. Name and instructions come as soon as the lane answers again.</source>
        <translation>Cavab saxlanıldı. Zolaq cavab verən kimi ad və göstərişlər görünəcək.</translation>
    </message>
    <message>
        <source>The lane refused the answer: {reason}</source>
        <translation>Zolaq cavabı qəbul etmədi: {reason}</translation>
    </message>
    <message>
        <source>Correct the answer: 1, 2 or 3. Esc leaves it as it is.</source>
        <translation>Cavabı düzəldin: 1, 2 və ya 3. Esc: olduğu kimi qalsın.</translation>
    </message>
    <message>
        <source>Correct (C)</source>
        <translation>Düzəlt (C)</translation>
    </message>
    <message>
        <source>Reason or remark (R)</source>
        <translation>Səbəb və ya qeyd (R)</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Yadda saxla</translation>
    </message>
    <message>
        <source>What to do</source>
        <translation>Nə etməli</translation>
    </message>
    <message>
        <source>List</source>
        <translation>Siyahı</translation>
    </message>
    <message>
        <source>{title}, version {version}</source>
        <translation>{title}, versiya {version}</translation>
    </message>
    <message>
        <source>Category</source>
        <translation>Kateqoriya</translation>
    </message>
    <message>
        <source>criminal charges</source>
        <translation>cinayət ittihamı</translation>
    </message>
    <message>
        <source>wanted</source>
        <translation>axtarışdadır</translation>
    </message>
    <message>
        <source>court order</source>
        <translation>məhkəmə qərarı</translation>
    </message>
    <message>
        <source>customs offence</source>
        <translation>gömrük hüquqpozması</translation>
    </message>
    <message>
        <source>missing person</source>
        <translation>itkin düşmüş şəxs</translation>
    </message>
    <message>
        <source>test: nobody is wanted</source>
        <translation>sınaq: heç kim axtarılmır</translation>
    </message>
    <message>
        <source>Frequent crosser</source>
        <translation>Tez-tez keçən şəxs</translation>
    </message>
    <message numerus="yes">
        <source>%n confirmed crossings in {window} (in: {entries}, out: {exits})</source>
        <translation>
            <numerusform>{window} ərzində %n təsdiqlənmiş keçid (giriş: {entries}, çıxış: {exits})</numerusform>
            <numerusform>{window} ərzində %n təsdiqlənmiş keçid (giriş: {entries}, çıxış: {exits})</numerusform>
        </translation>
    </message>
    <message>
        <source>24 hours</source>
        <translation>24 saat</translation>
    </message>
    <message>
        <source>7 days</source>
        <translation>7 gün</translation>
    </message>
    <message>
        <source>30 days</source>
        <translation>30 gün</translation>
    </message>
    <message>
        <source>{hours} hours</source>
        <translation>{hours} saat</translation>
    </message>
    <message>
        <source>Authority</source>
        <translation>Orqan</translation>
    </message>
    <message>
        <source>Legal basis</source>
        <translation>Hüquqi əsas</translation>
    </message>
    <message>
        <source>Comparison score</source>
        <translation>Müqayisə balı</translation>
    </message>
    <message>
        <source>{score} (threshold {threshold})</source>
        <translation>{score} (hədd {threshold})</translation>
    </message>
    <message>
        <source>Nothing adverse before a second person has confirmed.</source>
        <translation>İkinci şəxs təsdiqləyənədək heç bir məhdudlaşdırıcı tədbir görməyin.</translation>
    </message>
    <message>
        <source>Open barrier</source>
        <translation>Şlaqbaumu aç</translation>
    </message>
    <message>
        <source>Hold barrier</source>
        <translation>Bağlı saxla</translation>
    </message>
    <message>
        <source>Press O again to open the barrier.</source>
        <translation>Açmaq üçün yenidən O basın</translation>
    </message>
    <message>
        <source>Barrier opens.</source>
        <translation>Şlaqbaum açılır.</translation>
    </message>
    <message>
        <source>Barrier is held.</source>
        <translation>Şlaqbaum bağlı saxlanılır.</translation>
    </message>
    <message>
        <source>Barrier not moved: {reason}</source>
        <translation>Şlaqbaum tərpənmədi: {reason}</translation>
    </message>
    <message>
        <source>answer the open alert first</source>
        <translation>əvvəlcə açıq siqnala cavab verin</translation>
    </message>
    <message>
        <source>no connection to the lane</source>
        <translation>zolaqla əlaqə yoxdur</translation>
    </message>
    <message>
        <source>your role does not allow it</source>
        <translation>rolunuz buna icazə vermir</translation>
    </message>
    <message>
        <source>code {code}</source>
        <translation>kod {code}</translation>
    </message>
    <message>
        <source>Camera</source>
        <translation>Kamera</translation>
    </message>
    <message>
        <source>Uplink</source>
        <translation>Mərkəzlə əlaqə</translation>
    </message>
    <message>
        <source>connected</source>
        <translation>var</translation>
    </message>
    <message>
        <source>cut off</source>
        <translation>kəsilib</translation>
    </message>
    <message numerus="yes">
        <source>%n waiting</source>
        <translation>
            <numerusform>%n növbədə</numerusform>
            <numerusform>%n növbədə</numerusform>
        </translation>
    </message>
    <message>
        <source>Watchlist</source>
        <translation>Nəzarət siyahısı</translation>
    </message>
    <message>
        <source>none</source>
        <translation>yoxdur</translation>
    </message>
    <message>
        <source>{title} v{version}</source>
        <translation>{title} v{version}</translation>
    </message>
    <message numerus="yes">
        <source>%n persons</source>
        <translation>
            <numerusform>%n nəfər</numerusform>
            <numerusform>%n nəfər</numerusform>
        </translation>
    </message>
    <message>
        <source>out of date</source>
        <translation>köhnəlib</translation>
    </message>
    <message>
        <source>Recognition</source>
        <translation>Tanıma</translation>
    </message>
    <message>
        <source>Faces</source>
        <translation>Üzlər</translation>
    </message>
    <message numerus="yes">
        <source>%n not usable: look yourself</source>
        <translation>
            <numerusform>%n yararsız: özünüz baxın</numerusform>
            <numerusform>%n yararsız: özünüz baxın</numerusform>
        </translation>
    </message>
    <message>
        <source>Storage</source>
        <translation>Yaddaş</translation>
    </message>
    <message>
        <source>good</source>
        <translation>qaydasındadır</translation>
    </message>
    <message>
        <source>Terminal</source>
        <translation>Terminal</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>Xəbərdarlıq</translation>
    </message>
    <message>
        <source>Clock</source>
        <translation>Saat</translation>
    </message>
    <message>
        <source>lane differs by {seconds} s</source>
        <translation>zolaqla fərq {seconds} san</translation>
    </message>
    <message>
        <source>Barrier</source>
        <translation>Şlaqbaum</translation>
    </message>
    <message>
        <source>Beacon</source>
        <translation>Siqnal mayakı</translation>
    </message>
    <message>
        <source>Passport reader</source>
        <translation>Pasport oxuyucusu</translation>
    </message>
    <message>
        <source>ready</source>
        <translation>hazırdır</translation>
    </message>
    <message>
        <source>idle</source>
        <translation>gözləyir</translation>
    </message>
    <message>
        <source>open</source>
        <translation>açıqdır</translation>
    </message>
    <message>
        <source>opening</source>
        <translation>açılır</translation>
    </message>
    <message>
        <source>closing</source>
        <translation>bağlanır</translation>
    </message>
    <message>
        <source>closed</source>
        <translation>bağlıdır</translation>
    </message>
    <message>
        <source>by hand</source>
        <translation>əl ilə</translation>
    </message>
    <message>
        <source>held</source>
        <translation>saxlanılır</translation>
    </message>
    <message>
        <source>off</source>
        <translation>sönülüdür</translation>
    </message>
    <message>
        <source>green</source>
        <translation>yaşıl</translation>
    </message>
    <message>
        <source>amber</source>
        <translation>sarı</translation>
    </message>
    <message>
        <source>red</source>
        <translation>qırmızı</translation>
    </message>
    <message>
        <source>offline</source>
        <translation>əlaqə yoxdur</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>naməlum</translation>
    </message>
    <message>
        <source>a camera is blind</source>
        <translation>kamera görmür</translation>
    </message>
    <message>
        <source>a camera&apos;s picture is frozen</source>
        <translation>kameranın şəkli donub</translation>
    </message>
    <message>
        <source>a camera has failed</source>
        <translation>kamera nasazdır</translation>
    </message>
    <message>
        <source>a recording has ended</source>
        <translation>yazı bitib</translation>
    </message>
    <message>
        <source>the watchlist is out of date</source>
        <translation>nəzarət siyahısı köhnəlib</translation>
    </message>
    <message>
        <source>there is no watchlist</source>
        <translation>nəzarət siyahısı yoxdur</translation>
    </message>
    <message>
        <source>a new watchlist was rejected</source>
        <translation>yeni siyahı rədd edilib</translation>
    </message>
    <message>
        <source>somebody on the watchlist has no usable photo</source>
        <translation>nəzarət siyahısındakı kiminsə yararlı fotosu yoxdur</translation>
    </message>
    <message>
        <source>the search misses people on the watchlist</source>
        <translation>axtarış nəzarət siyahısındakı şəxsləri ötürür</translation>
    </message>
    <message>
        <source>disk full</source>
        <translation>disk doludur</translation>
    </message>
    <message>
        <source>disk nearly full</source>
        <translation>disk dolmaq üzrədir</translation>
    </message>
    <message>
        <source>store damaged</source>
        <translation>yaddaş zədələnib</translation>
    </message>
    <message>
        <source>store not writable</source>
        <translation>yaddaşa yazmaq olmur</translation>
    </message>
    <message>
        <source>no uplink</source>
        <translation>mərkəzlə əlaqə yoxdur</translation>
    </message>
    <message>
        <source>recognition does not work</source>
        <translation>tanıma işləmir</translation>
    </message>
    <message>
        <source>photos and screens are not noticed</source>
        <translation>foto və ekran aldatması seçilmir</translation>
    </message>
    <message>
        <source>thresholds are the model&apos;s again, not this lane&apos;s own</source>
        <translation>hədlər yenə modelindir, zolağın özününkü deyil</translation>
    </message>
    <message>
        <source>THIS LANE RAISES NO ALERTS. Check every traveller yourself.</source>
        <translation>BU ZOLAQ SİQNAL VERMİR. Hər yolçunu özünüz yoxlayın.</translation>
    </message>
    <message>
        <source>false alarms only estimated</source>
        <translation>yanlış siqnal sayı təxminidir</translation>
    </message>
    <message>
        <source>runs on the slower processor</source>
        <translation>yavaş prosessorda işləyir</translation>
    </message>
    <message>
        <source>everybody who passes is being recorded</source>
        <translation>keçən hər kəs yazılır</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Klavişlər</translation>
    </message>
    <message>
        <source>same person</source>
        <translation>eyni şəxsdir</translation>
    </message>
    <message>
        <source>not the same person</source>
        <translation>eyni şəxs deyil</translation>
    </message>
    <message>
        <source>unsure</source>
        <translation>əmin deyiləm</translation>
    </message>
    <message>
        <source>correct an answer</source>
        <translation>cavabı düzəltmək</translation>
    </message>
    <message>
        <source>write a reason; Enter saves, Esc leaves</source>
        <translation>səbəb yazmaq; Enter saxlayır, Esc çıxır</translation>
    </message>
    <message>
        <source>walk through the alerts</source>
        <translation>siqnallar üzrə keçid</translation>
    </message>
    <message>
        <source>previous or next reference photo</source>
        <translation>əvvəlki və ya növbəti etalon foto</translation>
    </message>
    <message>
        <source>next open alert</source>
        <translation>növbəti açıq siqnal</translation>
    </message>
    <message>
        <source>open the barrier (press twice)</source>
        <translation>şlaqbaumu açmaq (iki dəfə basın)</translation>
    </message>
    <message>
        <source>hold the barrier</source>
        <translation>şlaqbaumu bağlı saxlamaq</translation>
    </message>
    <message>
        <source>Azerbaijani, Russian, English</source>
        <translation>azərbaycan, rus, ingilis dili</translation>
    </message>
    <message>
        <source>high contrast on or off</source>
        <translation>yüksək kontrast: qoş və ya söndür</translation>
    </message>
    <message>
        <source>close this help, close the alert</source>
        <translation>köməyi və ya siqnalı bağlamaq</translation>
    </message>
    <message>
        <source>this help</source>
        <translation>bu kömək</translation>
    </message>
    <message>
        <source>log out</source>
        <translation>sistemdən çıxmaq</translation>
    </message>
</context>
</TS>
