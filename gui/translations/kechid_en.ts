<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_US">
<context>
    <name>Terminal</name>
    <message>
        <source>Lane terminal</source>
        <translation>Lane terminal</translation>
    </message>
    <message>
        <source>Lane {lane}</source>
        <translation>Lane {lane}</translation>
    </message>
    <message>
        <source>Log out</source>
        <translation>Log out</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>Help</translation>
    </message>
    <message>
        <source>guard</source>
        <translation>guard</translation>
    </message>
    <message>
        <source>supervisor</source>
        <translation>supervisor</translation>
    </message>
    <message>
        <source>Officer number</source>
        <translation>Officer number</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Password</translation>
    </message>
    <message>
        <source>Log in</source>
        <translation>Log in</translation>
    </message>
    <message>
        <source>Logging in…</source>
        <translation>Logging in…</translation>
    </message>
    <message>
        <source>Type officer number and password.</source>
        <translation>Type officer number and password.</translation>
    </message>
    <message>
        <source>Officer number or password is wrong.</source>
        <translation>Officer number or password is wrong.</translation>
    </message>
    <message>
        <source>Too many attempts. Wait a minute, then try again.</source>
        <translation>Too many attempts. Wait a minute, then try again.</translation>
    </message>
    <message>
        <source>The lane does not answer. Trying again needs only “Log in”.</source>
        <translation>The lane does not answer. Trying again needs only “Log in”.</translation>
    </message>
    <message>
        <source>The lane refused the log-in (code {code}).</source>
        <translation>The lane refused the log-in (code {code}).</translation>
    </message>
    <message>
        <source>Your session has ended. Log in again.</source>
        <translation>Your session has ended. Log in again.</translation>
    </message>
    <message numerus="yes">
        <source>%n answers still have to be sent</source>
        <translation>
            <numerusform>%n answer still has to be sent</numerusform>
            <numerusform>%n answers still have to be sent</numerusform>
        </translation>
    </message>
    <message>
        <source>LANE BLIND</source>
        <translation>LANE BLIND</translation>
    </message>
    <message>
        <source>No connection to the lane for {seconds} s. Check every traveller yourself.</source>
        <translation>No connection to the lane for {seconds} s. Check every traveller yourself.</translation>
    </message>
    <message>
        <source>The connection heals by itself. Answers are kept and sent later.</source>
        <translation>The connection heals by itself. Answers are kept and sent later.</translation>
    </message>
    <message>
        <source>searching…</source>
        <translation>searching…</translation>
    </message>
    <message>
        <source>no alert</source>
        <translation>no alert</translation>
    </message>
    <message>
        <source>second look</source>
        <translation>second look</translation>
    </message>
    <message>
        <source>alert</source>
        <translation>alert</translation>
    </message>
    <message>
        <source>too far away</source>
        <translation>too far away</translation>
    </message>
    <message>
        <source>blurred</source>
        <translation>blurred</translation>
    </message>
    <message>
        <source>too dark</source>
        <translation>too dark</translation>
    </message>
    <message>
        <source>too bright</source>
        <translation>too bright</translation>
    </message>
    <message>
        <source>turned away</source>
        <translation>turned away</translation>
    </message>
    <message>
        <source>OLD PICTURE: {seconds} s</source>
        <translation>OLD PICTURE: {seconds} s</translation>
    </message>
    <message>
        <source>No picture</source>
        <translation>No picture</translation>
    </message>
    <message>
        <source>Do not trust it. Look yourself.</source>
        <translation>Do not trust it. Look yourself.</translation>
    </message>
    <message>
        <source>live</source>
        <translation>live</translation>
    </message>
    <message>
        <source>faces masked</source>
        <translation>faces masked</translation>
    </message>
    <message>
        <source>not clear yet</source>
        <translation>not clear yet</translation>
    </message>
    <message>
        <source>face not usable: look yourself</source>
        <translation>face not usable: look yourself</translation>
    </message>
    <message>
        <source>covered</source>
        <translation>covered</translation>
    </message>
    <message>
        <source>may be a picture</source>
        <translation>may be a picture</translation>
    </message>
    <message>
        <source>{seconds} s</source>
        <translation>{seconds} s</translation>
    </message>
    <message>
        <source>connecting</source>
        <translation>connecting</translation>
    </message>
    <message>
        <source>blind</source>
        <translation>blind</translation>
    </message>
    <message>
        <source>frozen picture</source>
        <translation>frozen picture</translation>
    </message>
    <message>
        <source>recording ended</source>
        <translation>recording ended</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>failed</translation>
    </message>
    <message>
        <source>Alerts</source>
        <translation>Alerts</translation>
    </message>
    <message numerus="yes">
        <source>%n open</source>
        <translation>
            <numerusform>%n open</numerusform>
            <numerusform>%n open</numerusform>
        </translation>
    </message>
    <message>
        <source>No alerts yet.</source>
        <translation>No alerts yet.</translation>
    </message>
    <message>
        <source>NEW ALERT</source>
        <translation>NEW ALERT</translation>
    </message>
    <message>
        <source>Alert</source>
        <translation>Alert</translation>
    </message>
    <message>
        <source>Second look</source>
        <translation>Second look</translation>
    </message>
    <message>
        <source>No alert</source>
        <translation>No alert</translation>
    </message>
    <message>
        <source>open: compare the faces</source>
        <translation>open: compare the faces</translation>
    </message>
    <message>
        <source>{answer} (not sent yet)</source>
        <translation>{answer} (not sent yet)</translation>
    </message>
    <message>
        <source>Same person</source>
        <translation>Same person</translation>
    </message>
    <message>
        <source>Not the same</source>
        <translation>Not the same</translation>
    </message>
    <message>
        <source>Unsure</source>
        <translation>Unsure</translation>
    </message>
    <message>
        <source>Is this the same person?</source>
        <translation>Is this the same person?</translation>
    </message>
    <message>
        <source>At the lane now</source>
        <translation>At the lane now</translation>
    </message>
    <message>
        <source>At the lane, {time}</source>
        <translation>At the lane, {time}</translation>
    </message>
    <message>
        <source>Reference photo</source>
        <translation>Reference photo</translation>
    </message>
    <message>
        <source>Reference photo {number} of {total}</source>
        <translation>Reference photo {number} of {total}</translation>
    </message>
    <message numerus="yes">
        <source>taken %n years ago ({date})</source>
        <translation>
            <numerusform>taken %n year ago ({date})</numerusform>
            <numerusform>taken %n years ago ({date})</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>taken %n months ago ({date})</source>
        <translation>
            <numerusform>taken %n month ago ({date})</numerusform>
            <numerusform>taken %n months ago ({date})</numerusform>
        </translation>
    </message>
    <message>
        <source>taken this month ({date})</source>
        <translation>taken this month ({date})</translation>
    </message>
    <message>
        <source>date unknown</source>
        <translation>date unknown</translation>
    </message>
    <message>
        <source>No reference photo</source>
        <translation>No reference photo</translation>
    </message>
    <message>
        <source>Loading…</source>
        <translation>Loading…</translation>
    </message>
    <message>
        <source>Picture not available</source>
        <translation>Picture not available</translation>
    </message>
    <message numerus="yes">
        <source>Expect about %n false alarms a day from this list.</source>
        <translation>
            <numerusform>Expect about %n false alarm a day from this list.</numerusform>
            <numerusform>Expect about %n false alarms a day from this list.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Expect about one false alarm in %n days from this list.</source>
        <translation>
            <numerusform>Expect about one false alarm in %n day from this list.</numerusform>
            <numerusform>Expect about one false alarm in %n days from this list.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Expect at most %n false alarms a day from this list.</source>
        <translation>
            <numerusform>Expect at most %n false alarm a day from this list.</numerusform>
            <numerusform>Expect at most %n false alarms a day from this list.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Expect at most one false alarm in %n days from this list.</source>
        <translation>
            <numerusform>Expect at most one false alarm in %n day from this list.</numerusform>
            <numerusform>Expect at most one false alarm in %n days from this list.</numerusform>
        </translation>
    </message>
    <message>
        <source>Expect less than one false alarm a year from this list.</source>
        <translation>Expect less than one false alarm a year from this list.</translation>
    </message>
    <message>
        <source>An alert is a lead. You decide.</source>
        <translation>An alert is a lead. You decide.</translation>
    </message>
    <message>
        <source>Something covers part of the face. Have it uncovered, then compare.</source>
        <translation>Something covers part of the face. Have it uncovered, then compare.</translation>
    </message>
    <message>
        <source>The camera may be seeing a photo or a screen. Look at the person.</source>
        <translation>The camera may be seeing a photo or a screen. Look at the person.</translation>
    </message>
    <message>
        <source>Wait: the pictures are still loading.</source>
        <translation>Wait: the pictures are still loading.</translation>
    </message>
    <message>
        <source>A picture is missing: only “unsure” can be answered.</source>
        <translation>A picture is missing: only “unsure” can be answered.</translation>
    </message>
    <message>
        <source>Look first: answers count from {seconds} s on.</source>
        <translation>Look first: answers count from {seconds} s on.</translation>
    </message>
    <message>
        <source>Already answered. Press C to correct the answer.</source>
        <translation>Already answered. Press C to correct the answer.</translation>
    </message>
    <message>
        <source>No alert is selected.</source>
        <translation>No alert is selected.</translation>
    </message>
    <message>
        <source>{answer} · {officer} · {time}</source>
        <translation>{answer} · {officer} · {time}</translation>
    </message>
    <message>
        <source>Answer kept. Name and instructions come as soon as the lane answers again.</source>
        <translation>Answer kept. Name and instructions come as soon as the lane answers again.</translation>
    </message>
    <message>
        <source>The lane refused the answer: {reason}</source>
        <translation>The lane refused the answer: {reason}</translation>
    </message>
    <message>
        <source>Correct the answer: 1, 2 or 3. Esc leaves it as it is.</source>
        <translation>Correct the answer: 1, 2 or 3. Esc leaves it as it is.</translation>
    </message>
    <message>
        <source>Correct (C)</source>
        <translation>Correct (C)</translation>
    </message>
    <message>
        <source>Reason or remark (R)</source>
        <translation>Reason or remark (R)</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Save</translation>
    </message>
    <message>
        <source>What to do</source>
        <translation>What to do</translation>
    </message>
    <message>
        <source>List</source>
        <translation>List</translation>
    </message>
    <message>
        <source>{title}, version {version}</source>
        <translation>{title}, version {version}</translation>
    </message>
    <message>
        <source>Category</source>
        <translation>Category</translation>
    </message>
    <message>
        <source>criminal charges</source>
        <translation>criminal charges</translation>
    </message>
    <message>
        <source>wanted</source>
        <translation>wanted</translation>
    </message>
    <message>
        <source>court order</source>
        <translation>court order</translation>
    </message>
    <message>
        <source>customs offence</source>
        <translation>customs offence</translation>
    </message>
    <message>
        <source>missing person</source>
        <translation>missing person</translation>
    </message>
    <message>
        <source>test: nobody is wanted</source>
        <translation>test: nobody is wanted</translation>
    </message>
    <message>
        <source>Frequent crosser</source>
        <translation>Frequent crosser</translation>
    </message>
    <message numerus="yes">
        <source>%n confirmed crossings in {window} (in: {entries}, out: {exits})</source>
        <translation>
            <numerusform>%n confirmed crossing in {window} (in: {entries}, out: {exits})</numerusform>
            <numerusform>%n confirmed crossings in {window} (in: {entries}, out: {exits})</numerusform>
        </translation>
    </message>
    <message>
        <source>24 hours</source>
        <translation>24 hours</translation>
    </message>
    <message>
        <source>7 days</source>
        <translation>7 days</translation>
    </message>
    <message>
        <source>30 days</source>
        <translation>30 days</translation>
    </message>
    <message>
        <source>{hours} hours</source>
        <translation>{hours} hours</translation>
    </message>
    <message>
        <source>Authority</source>
        <translation>Authority</translation>
    </message>
    <message>
        <source>Legal basis</source>
        <translation>Legal basis</translation>
    </message>
    <message>
        <source>Comparison score</source>
        <translation>Comparison score</translation>
    </message>
    <message>
        <source>{score} (threshold {threshold})</source>
        <translation>{score} (threshold {threshold})</translation>
    </message>
    <message>
        <source>Nothing adverse before a second person has confirmed.</source>
        <translation>Nothing adverse before a second person has confirmed.</translation>
    </message>
    <message>
        <source>Open barrier</source>
        <translation>Open barrier</translation>
    </message>
    <message>
        <source>Hold barrier</source>
        <translation>Hold barrier</translation>
    </message>
    <message>
        <source>Press O again to open the barrier.</source>
        <translation>Press O again to open the barrier.</translation>
    </message>
    <message>
        <source>Barrier opens.</source>
        <translation>Barrier opens.</translation>
    </message>
    <message>
        <source>Barrier is held.</source>
        <translation>Barrier is held.</translation>
    </message>
    <message>
        <source>Barrier not moved: {reason}</source>
        <translation>Barrier not moved: {reason}</translation>
    </message>
    <message>
        <source>answer the open alert first</source>
        <translation>answer the open alert first</translation>
    </message>
    <message>
        <source>no connection to the lane</source>
        <translation>no connection to the lane</translation>
    </message>
    <message>
        <source>your role does not allow it</source>
        <translation>your role does not allow it</translation>
    </message>
    <message>
        <source>code {code}</source>
        <translation>code {code}</translation>
    </message>
    <message>
        <source>Camera</source>
        <translation>Camera</translation>
    </message>
    <message>
        <source>Uplink</source>
        <translation>Uplink</translation>
    </message>
    <message>
        <source>connected</source>
        <translation>connected</translation>
    </message>
    <message>
        <source>cut off</source>
        <translation>cut off</translation>
    </message>
    <message numerus="yes">
        <source>%n waiting</source>
        <translation>
            <numerusform>%n waiting</numerusform>
            <numerusform>%n waiting</numerusform>
        </translation>
    </message>
    <message>
        <source>Watchlist</source>
        <translation>Watchlist</translation>
    </message>
    <message>
        <source>none</source>
        <translation>none</translation>
    </message>
    <message>
        <source>{title} v{version}</source>
        <translation>{title} v{version}</translation>
    </message>
    <message numerus="yes">
        <source>%n persons</source>
        <translation>
            <numerusform>%n person</numerusform>
            <numerusform>%n persons</numerusform>
        </translation>
    </message>
    <message>
        <source>out of date</source>
        <translation>out of date</translation>
    </message>
    <message>
        <source>Recognition</source>
        <translation>Recognition</translation>
    </message>
    <message>
        <source>Faces</source>
        <translation>Faces</translation>
    </message>
    <message numerus="yes">
        <source>%n not usable: look yourself</source>
        <translation>
            <numerusform>%n not usable: look yourself</numerusform>
            <numerusform>%n not usable: look yourself</numerusform>
        </translation>
    </message>
    <message>
        <source>Storage</source>
        <translation>Storage</translation>
    </message>
    <message>
        <source>good</source>
        <translation>good</translation>
    </message>
    <message>
        <source>Terminal</source>
        <translation>Terminal</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>Warning</translation>
    </message>
    <message>
        <source>Clock</source>
        <translation>Clock</translation>
    </message>
    <message>
        <source>lane differs by {seconds} s</source>
        <translation>lane differs by {seconds} s</translation>
    </message>
    <message>
        <source>Barrier</source>
        <translation>Barrier</translation>
    </message>
    <message>
        <source>Beacon</source>
        <translation>Beacon</translation>
    </message>
    <message>
        <source>Passport reader</source>
        <translation>Passport reader</translation>
    </message>
    <message>
        <source>ready</source>
        <translation>ready</translation>
    </message>
    <message>
        <source>idle</source>
        <translation>idle</translation>
    </message>
    <message>
        <source>open</source>
        <translation>open</translation>
    </message>
    <message>
        <source>opening</source>
        <translation>opening</translation>
    </message>
    <message>
        <source>closing</source>
        <translation>closing</translation>
    </message>
    <message>
        <source>closed</source>
        <translation>closed</translation>
    </message>
    <message>
        <source>by hand</source>
        <translation>by hand</translation>
    </message>
    <message>
        <source>held</source>
        <translation>held</translation>
    </message>
    <message>
        <source>off</source>
        <translation>off</translation>
    </message>
    <message>
        <source>green</source>
        <translation>green</translation>
    </message>
    <message>
        <source>amber</source>
        <translation>amber</translation>
    </message>
    <message>
        <source>red</source>
        <translation>red</translation>
    </message>
    <message>
        <source>offline</source>
        <translation>offline</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>unknown</translation>
    </message>
    <message>
        <source>a camera is blind</source>
        <translation>a camera is blind</translation>
    </message>
    <message>
        <source>a camera&apos;s picture is frozen</source>
        <translation>a camera&apos;s picture is frozen</translation>
    </message>
    <message>
        <source>a camera has failed</source>
        <translation>a camera has failed</translation>
    </message>
    <message>
        <source>a recording has ended</source>
        <translation>a recording has ended</translation>
    </message>
    <message>
        <source>the watchlist is out of date</source>
        <translation>the watchlist is out of date</translation>
    </message>
    <message>
        <source>there is no watchlist</source>
        <translation>there is no watchlist</translation>
    </message>
    <message>
        <source>a new watchlist was rejected</source>
        <translation>a new watchlist was rejected</translation>
    </message>
    <message>
        <source>somebody on the watchlist has no usable photo</source>
        <translation>somebody on the watchlist has no usable photo</translation>
    </message>
    <message>
        <source>the search misses people on the watchlist</source>
        <translation>the search misses people on the watchlist</translation>
    </message>
    <message>
        <source>disk full</source>
        <translation>disk full</translation>
    </message>
    <message>
        <source>disk nearly full</source>
        <translation>disk nearly full</translation>
    </message>
    <message>
        <source>store damaged</source>
        <translation>store damaged</translation>
    </message>
    <message>
        <source>store not writable</source>
        <translation>store not writable</translation>
    </message>
    <message>
        <source>no uplink</source>
        <translation>no uplink</translation>
    </message>
    <message>
        <source>recognition does not work</source>
        <translation>recognition does not work</translation>
    </message>
    <message>
        <source>photos and screens are not noticed</source>
        <translation>photos and screens are not noticed</translation>
    </message>
    <message>
        <source>thresholds are the model&apos;s again, not this lane&apos;s own</source>
        <translation>thresholds are the model&apos;s again, not this lane&apos;s own</translation>
    </message>
    <message>
        <source>THIS LANE RAISES NO ALERTS. Check every traveller yourself.</source>
        <translation>THIS LANE RAISES NO ALERTS. Check every traveller yourself.</translation>
    </message>
    <message>
        <source>false alarms only estimated</source>
        <translation>false alarms only estimated</translation>
    </message>
    <message>
        <source>runs on the slower processor</source>
        <translation>runs on the slower processor</translation>
    </message>
    <message>
        <source>everybody who passes is being recorded</source>
        <translation>everybody who passes is being recorded</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Keys</translation>
    </message>
    <message>
        <source>same person</source>
        <translation>same person</translation>
    </message>
    <message>
        <source>not the same person</source>
        <translation>not the same person</translation>
    </message>
    <message>
        <source>unsure</source>
        <translation>unsure</translation>
    </message>
    <message>
        <source>correct an answer</source>
        <translation>correct an answer</translation>
    </message>
    <message>
        <source>write a reason; Enter saves, Esc leaves</source>
        <translation>write a reason; Enter saves, Esc leaves</translation>
    </message>
    <message>
        <source>walk through the alerts</source>
        <translation>walk through the alerts</translation>
    </message>
    <message>
        <source>previous or next reference photo</source>
        <translation>previous or next reference photo</translation>
    </message>
    <message>
        <source>next open alert</source>
        <translation>next open alert</translation>
    </message>
    <message>
        <source>open the barrier (press twice)</source>
        <translation>open the barrier (press twice)</translation>
    </message>
    <message>
        <source>hold the barrier</source>
        <translation>hold the barrier</translation>
    </message>
    <message>
        <source>Azerbaijani, Russian, English</source>
        <translation>Azerbaijani, Russian, English</translation>
    </message>
    <message>
        <source>high contrast on or off</source>
        <translation>high contrast on or off</translation>
    </message>
    <message>
        <source>close this help, close the alert</source>
        <translation>close this help, close the alert</translation>
    </message>
    <message>
        <source>this help</source>
        <translation>this help</translation>
    </message>
    <message>
        <source>log out</source>
        <translation>log out</translation>
    </message>
</context>
</TS>
