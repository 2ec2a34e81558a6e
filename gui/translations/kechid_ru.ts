<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ru_RU">
<context>
    <name>Terminal</name>
    <message>
        <source>Lane terminal</source>
        <translation>Терминал полосы</translation>
    </message>
    <message>
        <source>Lane {lane}</source>
        <translation>Полоса {lane}</translation>
    </message>
    <message>
        <source>Log out</source>
        <translation>Выйти</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>Справка</translation>
    </message>
    <message>
        <source>guard</source>
        <translation>контролёр</translation>
    </message>
    <message>
        <source>supervisor</source>
        <translation>начальник смены</translation>
    </message>
    <message>
        <source>Officer number</source>
        <translation>Номер сотрудника</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Пароль</translation>
    </message>
    <message>
        <source>Log in</source>
        <translation>Войти</translation>
    </message>
    <message>
        <source>Logging in…</source>
        <translation>Выполняется вход…</translation>
    </message>
    <message>
        <source>Type officer number and password.</source>
        <translation>Введите номер сотрудника и пароль.</translation>
    </message>
    <message>
        <source>Officer number or password is wrong.</source>
        <translation>Неверный номер сотрудника или пароль.</translation>
    </message>
    <message>
        <source>Too many attempts. Wait a minute, then try again.</source>
        <translation>Слишком много попыток. Подождите минуту и повторите.</translation>
    </message>
    <message>
        <source>The lane does not answer. Trying again needs only “Log in”.</source>
        <translation>Полоса не отвечает. Чтобы повторить, нажмите «Войти».</translation>
    </message>
    <message>
        <source>The lane refused the log-in (code {code}).</source>
        <translation>Полоса отклонила вход (код {code}).</translation>
    </message>
    <message>
        <source>Your session has ended. Log in again.</source>
        <translation>Ваш сеанс завершён. Войдите снова.</translation>
    </message>
    <message numerus="yes">
        <source>%n answers still have to be sent</source>
        <translation>
            <numerusform>Ещё не отправлен %n ответ</numerusform>
            <numerusform>Ещё не отправлены %n ответа</numerusform>
            <numerusform>Ещё не отправлено %n ответов</numerusform>
        </translation>
    </message>
    <message>
        <source>LANE BLIND</source>
        <translation>ПОЛОСА НЕ ВИДИТ</translation>
    </message>
    <message>
        <source>No connection to the lane for {seconds} s. Check every traveller yourself.</source>
        <translation>Нет связи с полосой уже {seconds} с. Проверяйте каждого пассажира сами.</translation>
    </message>
    <message>
        <source>The connection heals by itself. Answers are kept and sent later.</source>
        <translation>Связь восстановится сама. Ответы сохраняются и будут отправлены позже.</translation>
    </message>
    <message>
        <source>searching…</source>
        <translation>идёт поиск…</translation>
    </message>
    <message>
        <source>no alert</source>
        <translation>нет сигнала</translation>
    </message>
    <message>
        <source>second look</source>
        <translation>присмотритесь</translation>
    </message>
    <message>
        <source>alert</source>
        <translation>сигнал</translation>
    </message>
    <message>
        <source>too far away</source>
        <translation>слишком далеко</translation>
    </message>
    <message>
        <source>blurred</source>
        <translation>размыто</translation>
    </message>
    <message>
        <source>too dark</source>
        <translation>слишком темно</translation>
    </message>
    <message>
        <source>too bright</source>
        <translation>слишком светло</translation>
    </message>
    <message>
        <source>turned away</source>
        <translation>лицо отвёрнуто</translation>
    </message>
    <message>
        <source>OLD PICTURE: {seconds} s</source>
        <translation>СТАРЫЙ КАДР: {seconds} с</translation>
    </message>
    <message>
        <source>No picture</source>
        <translation>Нет изображения</translation>
    </message>
    <message>
        <source>Do not trust it. Look yourself.</source>
        <translation>Не доверяйте ему. Смотрите сами.</translation>
    </message>
    <message>
        <source>live</source>
        <translation>в эфире</translation>
    </message>
    <message>
        <source>faces masked</source>
        <translation>лица скрыты</translation>
    </message>
    <message>
        <source>not clear yet</source>
        <translation>пока видно нечётко</translation>
    </message>
    <message>
        <source>face not usable: look yourself</source>
        <translation>лицо не годится: смотрите сами</translation>
    </message>
    <message>
        <source>covered</source>
        <translation>закрыто</translation>
    </message>
    <message>
        <source>may be a picture</source>
        <translation>возможно, фотография</translation>
    </message>
    <message>
        <source>{seconds} s</source>
        <translation>{seconds} с</translation>
    </message>
    <message>
        <source>connecting</source>
        <translation>подключается</translation>
    </message>
    <message>
        <source>blind</source>
        <translation>не видит</translation>
    </message>
    <message>
        <source>frozen picture</source>
        <translation>изображение застыло</translation>
    </message>
    <message>
        <source>recording ended</source>
        <translation>запись окончена</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>отказ</translation>
    </message>
    <message>
        <source>Alerts</source>
        <translation>Сигналы</translation>
    </message>
    <message numerus="yes">
        <source>%n open</source>
        <translation>
            <numerusform>%n открыт</numerusform>
            <numerusform>%n открыто</numerusform>
            <numerusform>%n открыто</numerusform>
        </translation>
    </message>
    <message>
        <source>No alerts yet.</source>
        <translation>Сигналов пока нет.</translation>
    </message>
    <message>
        <source>NEW ALERT</source>
        <translation>НОВЫЙ СИГНАЛ</translation>
    </message>
    <message>
        <source>Alert</source>
        <translation>Сигнал</translation>
    </message>
    <message>
        <source>Second look</source>
        <translation>Присмотритесь</translation>
    </message>
    <message>
        <source>No alert</source>
        <translation>Нет сигнала</translation>
    </message>
    <message>
        <source>open: compare the faces</source>
        <translation>открыт: сравните лица</translation>
    </message>
    <message>
        <source>{answer} (not sent yet)</source>
        <translation>{answer} (ещё не отправлено)</translation>
    </message>
    <message>
        <source>Same person</source>
        <translation>Тот же человек</translation>
    </message>
    <message>
        <source>Not the same</source>
        <translation>Другой человек</translation>
    </message>
    <message>
        <source>Unsure</source>
        <translation>Не уверен(а)</translation>
    </message>
    <message>
        <source>Is this the same person?</source>
        <translation>Это один и тот же человек?</translation>
    </message>
    <message>
        <source>At the lane now</source>
        <translation>Сейчас на полосе</translation>
    </message>
    <message>
        <source>At the lane, {time}</source>
        <translation>На полосе, {time}</translation>
    </message>
    <message>
        <source>Reference photo</source>
        <translation>Эталонное фото</translation>
    </message>
    <message>
        <source>Reference photo {number} of {total}</source>
        <translation>Эталонное фото {number} из {total}</translation>
    </message>
    <message numerus="yes">
        <source>taken %n years ago ({date})</source>
        <translation>
            <numerusform>снято %n год назад ({date})</numerusform>
            <numerusform>снято %n года назад ({date})</numerusform>
            <numerusform>снято %n лет назад ({date})</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>taken %n months ago ({date})</source>
        <translation>
            <numerusform>снято %n месяц назад ({date})</numerusform>
            <numerusform>снято %n месяца назад ({date})</numerusform>
            <numerusform>снято %n месяцев назад ({date})</numerusform>
        </translation>
    </message>
    <message>
        <source>taken this month ({date})</source>
        <translation>снято менее месяца назад ({date})</translation>
    </message>
    <message>
        <source>date unknown</source>
        <translation>дата неизвестна</translation>
    </message>
    <message>
        <source>No reference photo</source>
        <translation>Нет эталонного фото</translation>
    </message>
    <message>
        <source>Loading…</source>
        <translation>Загрузка…</translation>
    </message>
    <message>
        <source>Picture not available</source>
        <translation>Снимок недоступен</translation>
    </message>
    <message numerus="yes">
        <source>Expect about %n false alarms a day from this list.</source>
        <translation>
            <numerusform>По этому списку ожидается около %n ложного сигнала в день.</numerusform>
            <numerusform>По этому списку ожидается около %n ложных сигналов в день.</numerusform>
            <numerusform>По этому списку ожидается около %n ложных сигналов в день.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Expect about one false alarm in %n days from this list.</source>
        <translation>
            <numerusform>По этому списку ожидается примерно один ложный сигнал за %n день.</numerusform>
            <numerusform>По этому списку ожидается примерно один ложный сигнал за %n дня.</numerusform>
            <numerusform>По этому списку ожидается примерно один ложный сигнал за %n дней.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Expect at most %n false alarms a day from this list.</source>
        <translation>
            <numerusform>По этому списку ожидается не более %n ложной тревоги в день.</numerusform>
            <numerusform>По этому списку ожидается не более %n ложных тревог в день.</numerusform>
            <numerusform>По этому списку ожидается не более %n ложных тревог в день.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Expect at most one false alarm in %n days from this list.</source>
        <translation>
            <numerusform>По этому списку ожидается не более одной ложной тревоги за %n день.</numerusform>
            <numerusform>По этому списку ожидается не более одной ложной тревоги за %n дня.</numerusform>
            <numerusform>По этому списку ожидается не более одной ложной тревоги за %n дней.</numerusform>
        </translation>
    </message>
    <message>
        <source>Expect less than one false alarm a year from this list.</source>
        <translation>По этому списку ожидается менее одного ложного сигнала в год.</translation>
    </message>
    <message>
        <source>An alert is a lead. You decide.</source>
        <translation>Сигнал — лишь наводка. Решаете вы.</translation>
    </message>
    <message>
        <source>Something covers part of the face. Have it uncovered, then compare.</source>
        <translation>Часть лица закрыта. Потребуйте открыть лицо, затем сравните.</translation>
    </message>
    <message>
        <source>The camera may be seeing a photo or a screen. Look at the person.</source>
        <translation>Возможно, камера видит фото или экран. Посмотрите на человека.</translation>
    </message>
    <message>
        <source>Wait: the pictures are still loading.</source>
        <translation>Подождите: снимки ещё загружаются.</translation>
    </message>
    <message>
        <source>A picture is missing: only “unsure” can be answered.</source>
        <translation>Снимка не хватает: возможен только ответ «Не уверен(а)».</translation>
    </message>
    <message>
        <source>Look first: answers count from {seconds} s on.</source>
        <translation>Сначала посмотрите: ответ будет принят через {seconds} с.</translation>
    </message>
    <message>
        <source>Already answered. Press C to correct the answer.</source>
        <translation>Ответ уже дан. Чтобы исправить, нажмите C.</translation>
    </message>
    <message>
        <source>No alert is selected.</source>
        <translation>Сигнал не выбран.</translation>
    </message>
    <message>
        <source>{answer} · {officer} · {time}</source>
        <translation>{answer} · {officer} · {time}</translation>
    </message>
    <message>
        <source>Answer kept. Name and instructions come as soon as the lane answers again.</source>
        <translation>Ответ сохранён. Имя и указания появятся, как только полоса ответит.</translation>
    </message>
    <message>
        <source>The lane refused the answer: {reason}</source>
        <translation>Полоса не приняла ответ: {reason}</translation>
    </message>
    <message>
        <source>Correct the answer: 1, 2 or 3. Esc leaves it as it is.</source>
        <translation>Исправьте ответ: 1, 2 или 3. Esc — оставить как есть.</translation>
    </message>
    <message>
        <source>Correct (C)</source>
        <translation>Исправить (C)</translation>
    </message>
    <message>
        <source>Reason or remark (R)</source>
        <translation>Причина или примечание (R)</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Сохранить</translation>
    </message>
    <message>
        <source>What to do</source>
        <translation>Что делать</translation>
    </message>
    <message>
        <source>List</source>
        <translation>Список</translation>
    </message>
    <message>
        <source>{title}, version {version}</source>
        <translation>{title}, версия {version}</translation>
    </message>
    <message>
        <source>Category</source>
        <translation>Категория</translation>
    </message>
    <message>
        <source>criminal charges</source>
        <translation>уголовное обвинение</translation>
    </message>
    <message>
        <source>wanted</source>
        <translation>в розыске</translation>
    </message>
    <message>
        <source>court order</source>
        <translation>решение суда</translation>
    </message>
    <message>
        <source>customs offence</source>
        <translation>таможенное правонарушение</translation>
    </message>
    <message>
        <source>missing person</source>
        <translation>пропавший без вести</translation>
    </message>
    <message>
        <source>test: nobody is wanted</source>
        <translation>проверка: никто не разыскивается</translation>
    </message>
    <message>
        <source>Frequent crosser</source>
        <translation>Частые пересечения</translation>
    </message>
    <message numerus="yes">
        <source>%n confirmed crossings in {window} (in: {entries}, out: {exits})</source>
        <translation>
            <numerusform>%n подтверждённое пересечение за {window} (въезд: {entries}, выезд: {exits})</numerusform>
            <numerusform>%n подтверждённых пересечения за {window} (въезд: {entries}, выезд: {exits})</numerusform>
            <numerusform>%n подтверждённых пересечений за {window} (въезд: {entries}, выезд: {exits})</numerusform>
        </translation>
    </message>
    <message>
        <source>24 hours</source>
        <translation>24 часа</translation>
    </message>
    <message>
        <source>7 days</source>
        <translation>7 дней</translation>
    </message>
    <message>
        <source>30 days</source>
        <translation>30 дней</translation>
    </message>
    <message>
        <source>{hours} hours</source>
        <translation>{hours} ч</translation>
    </message>
    <message>
        <source>Authority</source>
        <translation>Орган</translation>
    </message>
    <message>
        <source>Legal basis</source>
        <translation>Правовое основание</translation>
    </message>
    <message>
        <source>Comparison score</source>
        <translation>Оценка сходства</translation>
    </message>
    <message>
        <source>{score} (threshold {threshold})</source>
        <translation>{score} (порог {threshold})</translation>
    </message>
    <message>
        <source>Nothing adverse before a second person has confirmed.</source>
        <translation>Никаких ограничительных мер до подтверждения вторым сотрудником.</translation>
    </message>
    <message>
        <source>Open barrier</source>
        <translation>Открыть шлагбаум</translation>
    </message>
    <message>
        <source>Hold barrier</source>
        <translation>Удержать</translation>
    </message>
    <message>
        <source>Press O again to open the barrier.</source>
        <translation>Ещё раз O — открыть</translation>
    </message>
    <message>
        <source>Barrier opens.</source>
        <translation>Шлагбаум открывается.</translation>
    </message>
    <message>
        <source>Barrier is held.</source>
        <translation>Шлагбаум удерживается.</translation>
    </message>
    <message>
        <source>Barrier not moved: {reason}</source>
        <translation>Шлагбаум не сдвинут: {reason}</translation>
    </message>
    <message>
        <source>answer the open alert first</source>
        <translation>сначала ответьте на открытый сигнал</translation>
    </message>
    <message>
        <source>no connection to the lane</source>
        <translation>нет связи с полосой</translation>
    </message>
    <message>
        <source>your role does not allow it</source>
        <translation>ваша роль этого не позволяет</translation>
    </message>
    <message>
        <source>code {code}</source>
        <translation>код {code}</translation>
    </message>
    <message>
        <source>Camera</source>
        <translation>Камера</translation>
    </message>
    <message>
        <source>Uplink</source>
        <translation>Связь с центром</translation>
    </message>
    <message>
        <source>connected</source>
        <translation>есть</translation>
    </message>
    <message>
        <source>cut off</source>
        <translation>нет</translation>
    </message>
    <message numerus="yes">
        <source>%n waiting</source>
        <translation>
            <numerusform>%n в очереди</numerusform>
            <numerusform>%n в очереди</numerusform>
            <numerusform>%n в очереди</numerusform>
        </translation>
    </message>
    <message>
        <source>Watchlist</source>
        <translation>Контрольный список</translation>
    </message>
    <message>
        <source>none</source>
        <translation>нет</translation>
    </message>
    <message>
        <source>{title} v{version}</source>
        <translation>{title} v{version}</translation>
    </message>
    <message numerus="yes">
        <source>%n persons</source>
        <translation>
            <numerusform>%n человек</numerusform>
            <numerusform>%n человека</numerusform>
            <numerusform>%n человек</numerusform>
        </translation>
    </message>
    <message>
        <source>out of date</source>
        <translation>устарел</translation>
    </message>
    <message>
        <source>Recognition</source>
        <translation>Распознавание</translation>
    </message>
    <message>
        <source>Faces</source>
        <translation>Лица</translation>
    </message>
    <message numerus="yes">
        <source>%n not usable: look yourself</source>
        <translation>
            <numerusform>%n не годится: смотрите сами</numerusform>
            <numerusform>%n не годятся: смотрите сами</numerusform>
            <numerusform>%n не годятся: смотрите сами</numerusform>
        </translation>
    </message>
    <message>
        <source>Storage</source>
        <translation>Хранилище</translation>
    </message>
    <message>
        <source>good</source>
        <translation>в порядке</translation>
    </message>
    <message>
        <source>Terminal</source>
        <translation>Терминал</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>Предупреждение</translation>
    </message>
    <message>
        <source>Clock</source>
        <translation>Часы</translation>
    </message>
    <message>
        <source>lane differs by {seconds} s</source>
        <translation>расхождение с полосой {seconds} с</translation>
    </message>
    <message>
        <source>Barrier</source>
        <translation>Шлагбаум</translation>
    </message>
    <message>
        <source>Beacon</source>
        <translation>Маячок</translation>
    </message>
    <message>
        <source>Passport reader</source>
        <translation>Считыватель паспортов</translation>
    </message>
    <message>
        <source>ready</source>
        <translation>готов</translation>
    </message>
    <message>
        <source>idle</source>
        <translation>ожидает</translation>
    </message>
    <message>
        <source>open</source>
        <translation>открыт</translation>
    </message>
    <message>
        <source>opening</source>
        <translation>открывается</translation>
    </message>
    <message>
        <source>closing</source>
        <translation>закрывается</translation>
    </message>
    <message>
        <source>closed</source>
        <translation>закрыт</translation>
    </message>
    <message>
        <source>by hand</source>
        <translation>вручную</translation>
    </message>
    <message>
        <source>held</source>
        <translation>удерживается</translation>
    </message>
    <message>
        <source>off</source>
        <translation>выключен</translation>
    </message>
    <message>
        <source>green</source>
        <translation>зелёный</translation>
    </message>
    <message>
        <source>amber</source>
        <translation>жёлтый</translation>
    </message>
    <message>
        <source>red</source>
        <translation>красный</translation>
    </message>
    <message>
        <source>offline</source>
        <translation>нет связи</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>неизвестно</translation>
    </message>
    <message>
        <source>a camera is blind</source>
        <translation>камера не видит</translation>
    </message>
    <message>
        <source>a camera&apos;s picture is frozen</source>
        <translation>изображение камеры застыло</translation>
    </message>
    <message>
        <source>a camera has failed</source>
        <translation>камера отказала</translation>
    </message>
    <message>
        <source>a recording has ended</source>
        <translation>запись окончена</translation>
    </message>
    <message>
        <source>the watchlist is out of date</source>
        <translation>контрольный список устарел</translation>
    </message>
    <message>
        <source>there is no watchlist</source>
        <translation>контрольного списка нет</translation>
    </message>
    <message>
        <source>a new watchlist was rejected</source>
        <translation>новый список отклонён</translation>
    </message>
    <message>
        <source>somebody on the watchlist has no usable photo</source>
        <translation>у кого-то из контрольного списка нет пригодного фото</translation>
    </message>
    <message>
        <source>the search misses people on the watchlist</source>
        <translation>поиск пропускает людей из контрольного списка</translation>
    </message>
    <message>
        <source>disk full</source>
        <translation>диск заполнен</translation>
    </message>
    <message>
        <source>disk nearly full</source>
        <translation>диск почти заполнен</translation>
    </message>
    <message>
        <source>store damaged</source>
        <translation>хранилище повреждено</translation>
    </message>
    <message>
        <source>store not writable</source>
        <translation>запись невозможна</translation>
    </message>
    <message>
        <source>no uplink</source>
        <translation>нет связи с центром</translation>
    </message>
    <message>
        <source>recognition does not work</source>
        <translation>распознавание не работает</translation>
    </message>
    <message>
        <source>photos and screens are not noticed</source>
        <translation>подмена фото или экраном не выявляется</translation>
    </message>
    <message>
        <source>thresholds are the model&apos;s again, not this lane&apos;s own</source>
        <translation>снова действуют пороги модели, а не самой полосы</translation>
    </message>
    <message>
        <source>THIS LANE RAISES NO ALERTS. Check every traveller yourself.</source>
        <translation>ЭТА ПОЛОСА НЕ ПОДАЁТ ТРЕВОГ. Проверяйте каждого сами.</translation>
    </message>
    <message>
        <source>false alarms only estimated</source>
        <translation>число ложных сигналов — оценка</translation>
    </message>
    <message>
        <source>runs on the slower processor</source>
        <translation>работает на медленном процессоре</translation>
    </message>
    <message>
        <source>everybody who passes is being recorded</source>
        <translation>записываются все проходящие</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Клавиши</translation>
    </message>
    <message>
        <source>same person</source>
        <translation>тот же человек</translation>
    </message>
    <message>
        <source>not the same person</source>
        <translation>другой человек</translation>
    </message>
    <message>
        <source>unsure</source>
        <translation>не уверен(а)</translation>
    </message>
    <message>
        <source>correct an answer</source>
        <translation>исправить ответ</translation>
    </message>
    <message>
        <source>write a reason; Enter saves, Esc leaves</source>
        <translation>написать причину; Enter — сохранить, Esc — выйти</translation>
    </message>
    <message>
        <source>walk through the alerts</source>
        <translation>переход по сигналам</translation>
    </message>
    <message>
        <source>previous or next reference photo</source>
        <translation>предыдущее или следующее эталонное фото</translation>
    </message>
    <message>
        <source>next open alert</source>
        <translation>следующий открытый сигнал</translation>
    </message>
    <message>
        <source>open the barrier (press twice)</source>
        <translation>открыть шлагбаум (нажать дважды)</translation>
    </message>
    <message>
        <source>hold the barrier</source>
        <translation>удержать шлагбаум</translation>
    </message>
    <message>
        <source>Azerbaijani, Russian, English</source>
        <translation>азербайджанский, русский, английский</translation>
    </message>
    <message>
        <source>high contrast on or off</source>
        <translation>высокая контрастность: вкл. или выкл.</translation>
    </message>
    <message>
        <source>close this help, close the alert</source>
        <translation>закрыть справку или сигнал</translation>
    </message>
    <message>
        <source>this help</source>
        <translation>эта справка</translation>
    </message>
    <message>
        <source>log out</source>
        <translation>выйти из системы</translation>
    </message>
</context>
</TS>
