"""Every nyckeltal, as data: what it answers, how it is counted, what to beware of.

Grouped by the four communication goals of the city's guide. All texts are shown to readers.
"""

from __future__ import annotations

from typing import Final

from nlp.vocabulary import Label
from service.nyckeltal.definition import (
    AnsweredInTime,
    CommentCount,
    CommentShare,
    Definition,
    Direction,
    Goal,
    NetDifference,
    Oldest,
    PostMean,
    PostMedian,
    PostRatio,
    ReplyTime,
    Unit,
)
from service.nyckeltal.families import (
    ANSWER_WINDOW,
    GUIDE,
    JUDGED_REPLIES,
    KKIK,
    NO_CLICKS,
    ONLY_KNOWN,
    OWN,
    READ_COMMENTS,
    RECEIPTS,
    SAME_POSTS,
    answered,
    equal,
    rate,
    received,
    reply_time,
    share,
    total,
)

_INFORMED: Final = (
    Definition(
        id="reach_mean",
        title="Räckvidd per inlägg",
        question="Hur många når ett inlägg?",
        goal=Goal.INFORMED,
        unit=Unit.COUNT,
        direction=Direction.HIGHER,
        numerator="Räckvidd",
        denominator="Inlägg med känd räckvidd",
        caveat="Ett medelvärde. Räckvidd summeras aldrig: samma person kan ha sett flera inlägg.",
        source=GUIDE,
        how=PostMean(of="reach"),
    ),
    rate(
        "share_rate",
        "Delningsgrad",
        question="Hur ofta delas det som människor ser?",
        of="shares",
        counted="Delningar",
    ),
    rate(
        "link_click_rate",
        "Klickfrekvens",
        question="Hur ofta leder inläggen vidare till en länk?",
        of="link_clicks",
        counted="Klick på länk",
        caveat=NO_CLICKS,
    ),
    Definition(
        id="questions_per_1000_reached",
        title="Frågor per 1 000 nådda",
        question="Får människor veta det de behöver, eller måste de fråga?",
        goal=Goal.INFORMED,
        unit=Unit.PER_1000,
        direction=Direction.LOWER,
        numerator="Frågor under inläggen, oavsett när de skrevs",
        denominator=SAME_POSTS,
        caveat=(
            "Bara inlägg med känd räckvidd vars kommentarer är lästa räknas. "
            "Ett ämne som engagerar ger fler frågor utan att informationen är sämre."
        ),
        source=f"{GUIDE}: minskat antal frågor",
        how=PostRatio(of="questions", per="reach", times=1000, from_comments=True),
    ),
    total("shares", "Delningar", question="Hur många gånger har inläggen delats?"),
    total(
        "link_clicks",
        "Klick på länk",
        question="Hur många gånger har människor klickat på inläggens länkar?",
        caveat=NO_CLICKS,
    ),
)

_ASSURED: Final = (
    rate(
        "engagement_rate",
        "Engagemangsgrad",
        question="Hur ofta gör människor något med det de ser?",
        goal=Goal.ASSURED,
        of="interactions",
        counted="Reaktioner, kommentarer och delningar",
        caveat="Också arga reaktioner är engagemang.",
    ),
    Definition(
        id="engagement_rate_median",
        title="Engagemangsgrad, mittersta inlägget",
        question="Hur ofta gör människor något med ett vanligt inlägg?",
        goal=Goal.ASSURED,
        unit=Unit.SHARE,
        direction=Direction.HIGHER,
        numerator="Reaktioner, kommentarer och delningar, inlägg för inlägg",
        denominator="Inläggets räckvidd",
        caveat=f"Medianen av inläggen: ett enda mycket spritt inlägg drar inte upp den. "
        f"{ONLY_KNOWN}",
        source=OWN,
        how=PostMedian(of="interactions", per="reach"),
    ),
    share("question", "frågor", direction=Direction.NEITHER),
    share(
        "complaint",
        "klagomål",
        direction=Direction.NEITHER,
        caveat="Fler klagomål kan betyda att fler vågar framföra dem.",
    ),
    share("suggestion", "förslag", direction=Direction.NEITHER),
    share("praise", "beröm", direction=Direction.HIGHER),
    share(
        "reasoned",
        "motiverade",
        direction=Direction.HIGHER,
        caveat="Motiverad: den ger ett skäl, ett faktum eller en egen erfarenhet.",
    ),
    share(
        "uncivil",
        "ohövliga",
        direction=Direction.LOWER,
        caveat="Mäts efter moderering: det som kanalen eller kontot har tagit bort syns inte.",
    ),
    Definition(
        id="net_sentiment",
        title="Nettosentiment",
        question="Är tonen i kommentarerna mer positiv än negativ?",
        goal=Goal.ASSURED,
        unit=Unit.POINTS,
        direction=Direction.HIGHER,
        numerator="Positiva kommentarer minus negativa",
        denominator="Lästa kommentarer vars attityd är säker",
        caveat="Från −100 till 100. Kommentarer med osäker attityd är inte med.",
        source=OWN,
        how=NetDifference(plus="positive", minus="negative", among="sentiment_sure"),
    ),
    Definition(
        id="sentiment_unsure",
        title="Andel med osäker attityd",
        question="Hur stor del av kommentarerna säger nettosentimentet inget om?",
        goal=Goal.ASSURED,
        unit=Unit.SHARE,
        direction=Direction.NEITHER,
        numerator="Kommentarer vars attityd läsningen är osäker på",
        denominator=READ_COMMENTS,
        caveat="Läs tillsammans med nettosentimentet.",
        source=OWN,
        how=CommentShare(that="sentiment_unsure"),
    ),
    Definition(
        id="comments",
        title="Kommentarer",
        question="Hur mycket skriver människor?",
        goal=Goal.ASSURED,
        unit=Unit.COUNT,
        direction=Direction.NEITHER,
        numerator="Kommentarer från medborgare",
        denominator=None,
        caveat="Kontots egna kommentarer är inte med.",
        source=GUIDE,
        how=CommentCount(that="written", among="written", judged=False),
    ),
    Definition(
        id="comments_hidden",
        title="Dolda kommentarer",
        question="Hur många kommentarer har dolts?",
        goal=Goal.ASSURED,
        unit=Unit.COUNT,
        direction=Direction.NEITHER,
        numerator="Dolda kommentarer",
        denominator="Kommentarer från medborgare",
        caveat="Bara det som exporten uppger. Borttagna kommentarer syns inte.",
        source=OWN,
        how=CommentCount(that="hidden", among="written", judged=False),
    ),
    Definition(
        id="comments_per_1000_reached",
        title="Kommentarer per 1 000 nådda",
        question="Hur ofta väcker det människor ser ett samtal?",
        goal=Goal.ASSURED,
        unit=Unit.PER_1000,
        direction=Direction.HIGHER,
        numerator="Kommentarer enligt kanalen, kontots egna inräknade",
        denominator=SAME_POSTS,
        caveat=ONLY_KNOWN,
        source=OWN,
        how=PostRatio(of="comments", per="reach", times=1000),
    ),
)

_LISTENED_TO: Final = (
    answered(
        "answer_rate",
        "Svarsgrad",
        question="Får de som behöver svar ett svar?",
        how=AnsweredInTime(working_days=ANSWER_WINDOW),
    ),
    answered(
        "question_answer_rate",
        "Andel besvarade frågor",
        question="Får de som frågar ett svar?",
        how=AnsweredInTime(working_days=ANSWER_WINDOW, among="answerable_question"),
        noun="frågor",
    ),
    answered(
        "within_1_working_day",
        "Svar inom en arbetsdag",
        question="Hur stor del av dem som behöver svar får det inom en arbetsdag?",
        how=AnsweredInTime(working_days=1),
        within="en arbetsdag",
        source=KKIK,
    ),
    answered(
        "within_2_working_days",
        "Svar inom två arbetsdagar",
        question="Hur stor del av dem som behöver svar får det inom två arbetsdagar?",
        how=AnsweredInTime(working_days=2),
        within="två arbetsdagar",
        source=KKIK,
    ),
    reply_time(
        "first_reply_median",
        "Tid till första svar",
        question="Hur länge väntar en person vanligtvis på svar?",
        how=ReplyTime(clock="minutes", probability=0.5),
    ),
    reply_time(
        "first_reply_p90",
        "Tid till första svar, nio av tio",
        question="Inom vilken tid har nio av tio av de besvarade fått sitt svar?",
        how=ReplyTime(clock="minutes", probability=0.9),
    ),
    reply_time(
        "first_reply_working_median",
        "Tid till första svar i arbetstid",
        question="Hur lång arbetstid går vanligtvis innan en person får svar?",
        how=ReplyTime(clock="working_minutes", probability=0.5),
    ),
    reply_time(
        "first_reply_working_p90",
        "Tid till första svar i arbetstid, nio av tio",
        question="Inom vilken arbetstid har nio av tio av de besvarade fått sitt svar?",
        how=ReplyTime(clock="working_minutes", probability=0.9),
    ),
    Definition(
        id="well_answered",
        title="Väl besvarade",
        question="Upplever den som fick svar att kommentaren blev väl besvarad?",
        goal=Goal.LISTENED_TO,
        unit=Unit.SHARE,
        direction=Direction.HIGHER,
        numerator="De som fått svar i sak på allt, och där varken nästa steg, bemötande eller "
        "klarspråk saknas",
        denominator="Besvarade kommentarer som behövde svar",
        caveat=f"{JUDGED_REPLIES} Läs tillsammans med svarsgraden: de obesvarade är inte med. "
        f"{RECEIPTS}",
        source=GUIDE,
        how=CommentShare(that="well_answered", among="rated"),
    ),
    Definition(
        id="not_answered_in_substance",
        title="Besvarade utan svar i sak",
        question="Hur många fick ett svar som inte mötte det de skrev, eller ett dåligt bemötande?",
        goal=Goal.LISTENED_TO,
        unit=Unit.SHARE,
        direction=Direction.LOWER,
        numerator="De vars svar gick förbi det som sades eller var otrevligt",
        denominator="Besvarade kommentarer som behövde svar",
        caveat=f"{JUDGED_REPLIES} {RECEIPTS}",
        source=GUIDE,
        how=CommentShare(that="unanswered_in_substance", among="rated"),
    ),
    *equal(
        "tone",
        "efter ton",
        one="ohövliga kommentarer",
        other="hövliga",
        asked=("den som är ohövlig", "den som är hövlig"),
        groups=("uncivil", "civil"),
    ),
    *equal(
        "complaint",
        "efter ämne",
        one="klagomål",
        other="frågor",
        asked=("den som klagar", "den som frågar"),
        groups=("complaint", "question"),
        caveat="Den som både frågar och klagar räknas till båda.",
    ),
    *equal(
        "hours",
        "efter tid på dygnet",
        one="kommentarer skrivna utanför arbetstid",
        other="skrivna på arbetstid",
        asked=("den som skriver på kvällen eller helgen", "den som skriver på arbetstid"),
        groups=("out_of_hours", "in_hours"),
        clock="minutes",
    ),
    *equal(
        "register",
        "efter språkbruk",
        one="kommentarer på talspråk eller med bara små bokstäver",
        other="övriga",
        asked=("den som skriver som man talar", "den som skriver vårdat"),
        groups=("casual", "by_the_book"),
        caveat="Talspråk känns igen på enstaka ord som ”nåt”, ”typ” och ”mkt”.",
    ),
    Definition(
        id="open_now",
        title="Obesvarade nu",
        question="Hur många väntar på svar?",
        goal=Goal.LISTENED_TO,
        unit=Unit.COUNT,
        direction=Direction.LOWER,
        numerator="Kommentarer som behöver svar och inte har fått något",
        denominator="Kommentarer som behöver svar",
        caveat=f"{RECEIPTS} Kommentarer som kanske behöver svar ligger i kön men räknas inte här.",
        source=OWN,
        how=CommentCount(that="open", among="answerable", judged=False),
    ),
    Definition(
        id="oldest_open",
        title="Äldsta obesvarade",
        question="Hur länge har den väntat som väntat längst?",
        goal=Goal.LISTENED_TO,
        unit=Unit.DAYS,
        direction=Direction.LOWER,
        numerator="Dagar sedan den äldsta obesvarade kommentaren skrevs",
        denominator=None,
        caveat=RECEIPTS,
        source=OWN,
        how=Oldest(that="open"),
    ),
)

_FREE_TO_ACT: Final = (
    received(
        "questions_received",
        "frågor",
        label="question",
        caveat="Återkommande frågor visar var en tjänst är svår att använda på egen hand.",
    ),
    received(
        "suggestions_received",
        "förslag",
        label="suggestion",
        caveat="Räknar kommentarer, inte olika förslag.",
    ),
    received(
        "fault_reports_received",
        "felanmälningar",
        label="fault_report",
        caveat="Räknar kommentarer, inte olika fel.",
    ),
)

NYCKELTAL: Final = (*_INFORMED, *_ASSURED, *_LISTENED_TO, *_FREE_TO_ACT)
"""Every nyckeltal, in the order in which pages and reports show them."""

CORRECTED_LABELS: Final = tuple(
    label
    for label in Label
    for definition in NYCKELTAL
    if isinstance(definition.how, CommentShare) and definition.how.that == label.value
)
"""Labels whose share people's word on comments drawn by lot puts right."""

USUAL_LOT: Final = 50
"""Comments that are drawn at a time, where nobody says how many."""
LARGEST_LOT: Final = 1_000
