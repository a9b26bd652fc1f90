"""Lines of invented mail with places for names, written for training.

``{F}`` a first name, ``{L}`` a surname, ``{N}`` a whole name, ``{I}`` an initial, ``{W}`` a name that is a word;
``{f}`` and ``{l}`` names of streets and companies, which are no people; ``{P}`` a place, ``{T}`` a title.
"""

GREETINGS = """
Hej {F}!
Hej {F},
Hej {F}
Hej {N}!
Hej {F} och {F}!
Hej {F}, {F} och {F}!
hej {F}
Hejsan {F}!
Kära {F},
Käre {F}!
Bästa {F},
Bäste {N}
God morgon {F}!
Godmorgon {F},
God dag {N}!
{F}!
{F},
{F} –
{F}, {F}:
Hallå {F},
Hej igen {F}!
Hej på dig {F}!
Tjena {F}!
Dear {F},
Dear {N},
Dear Mr {L},
Dear Ms {L},
Hi {F},
Hello {F}!
Hei {F},
Hyvä {N},
Merhaba {F},
Dzień dobry {F},
Hola {F},
Till {N}
Till handläggare {N}
Att: {N}
Attn {N}
@{F} kan du svara?
Hej!
Hej,
Hej Kontaktcenter!
Hej bygglov,
Hej kommunen!
Hej alla,
Hej allihop!
Hej Botkyrka kommun
Till Socialtjänsten
Till Botkyrka kommun
Till vem det berör
God dag,
Hello,
Dear Sir or Madam,
Hej Miljökontoret!
Hej Vuxenutbildningen,
Hej Biblioteket
Hej Team Ekonomi!
""".strip().splitlines()

CLOSINGS = """
Med vänlig hälsning
Med vänliga hälsningar
Med vänlig hälsning,
Vänliga hälsningar
Vänlig hälsning
Hälsningar
Hälsning
Mvh
MVH
mvh
mvh,
Vänligen
Bästa hälsningar
Många hälsningar
Varma hälsningar
Tack på förhand
Tack på förhand!
Tack!
Tack
Högaktningsfullt
Allt gott
Ha det bra
Kram
Kramar
Kind regards
Best regards,
Regards
Sincerely,
Thanks,
Ystävällisin terveisin
Pozdrawiam
Saludos,
Merci
Saygılarımla
Mahadsanid
Mit freundlichen Grüßen
Trevlig helg
""".strip().splitlines()

SIGNED = """
{I}-{I} {L}
{I}-{I}
{F} {L}-{L}
{N}
{N}
{N}
{F}
{F}
{N}, {T}
{N}, {T} {P}
{N} {T}
/{F}
/{N}
/ {F}
//{F}
// {N}
-{F}
- {N}
–{F}
~{F}
{N} | {T}
{N} ({T})
{F} & {F}
{F} och {F}
{F} och {N}
{F} o {N}
{F}, {F} och {N}
{F} {I}
{F} {I}.
{N}, 42 år
{N}, {f}vägen 12
{N}, {P}
{N} 070-174 06 21
{N}, 070-174 06 21
{N}, tel 08-465 004 61
{N}, 820115-9823
{N} 19820115-9823
{N} – {T}
{N}, orolig granne
{N} (mamma till {F})
{F}s mamma
{F} med familj
Familjen {L}
Fam. {L}
{N} med familj
{L}, {F}
{F}, {T}
{F} på {P}s förskola
{I}.{L}
{I}. {L}
{I} {L}
{F}-{F} {L}
Er {F}
Din {F}
Farfar {F}
""".strip().splitlines()

CLOSED = """
Mvh {F}
mvh {F}
Mvh {N}
Mvh, {N}
MVH {F}
Mvh / {F}
mvh//{F}
Hälsningar {F}
Hälsningar {N}
Hälsningar, {F}
Med vänlig hälsning {N}
Med vänlig hälsning, {N}
Vänliga hälsningar {F} {L}
Vänligen, {N}
Tack! {F}
Tack! /{F}
Tack på förhand {F}
Tack på förhand, {N}
Tack för hjälpen {F}
Tack {F}
tack / {F}
hälsar {F}
Hälsar {N}
önskar {N}
Kram {F}
Kram från {F} och {F}
hälsningar {F} i {P}
Best regards {N}
Thanks, {F}
Ha det gott! {F}
Trevlig helg! /{F}
vänliga hälsningar från {N}
Allt gott, {F}
""".strip().splitlines()

TITLES = (
    """
handläggare, rektor, förskollärare, registrator, enhetschef, bygglovshandläggare, socialsekreterare, biståndshandläggare, kommunjurist,
kurator, ordförande, kassör, ekonom, projektledare, miljöinspektör, ingenjör, säljare, advokat, jur. kand., VD, reporter, sekreterare,
specialpedagog, sjuksköterska, läkare, kontaktperson, nämndsekreterare, HR-specialist, it-tekniker, vaktmästare, planarkitekt, granne,
förvaltningschef, utredare, jurist, arkivarie, studie- och yrkesvägledare, bibliotekarie, lokalvårdare, trafikplanerare, ombud,
platsansvarig, skadereglerare, redaktör, doktorand, pensionär, styrelseledamot, kommunvägledare, Bygglovschef, Socialsekreterare, Rektor,
Handläggare, Kommunikatör, Enhetschef, Kanslichef, Controller
""".replace("\n", " ")
    .strip()
    .split(", ")
)

BODY = """
{I}-{I} {L} har ringt.
{N} har rätt enligt {L}.
Ombud för {L}
Såsom ombud för {N} får jag överklaga.
{L} har uppfört en brygga.
Motpart: {N}
Ombud: Advokat {N}
Ombud: jur. kand. {N}
Hyresgäst: {N} och {N}
Objektet hyrs av {N}.
Gruppledarna {N} (M), {N} (S) och {N} (SD)
Sist bokad av {N}.
{N} vikarierar för {N}.
Bevakas av {F}
Stort tack till {F}, {F} och {F} i hemtjänsten.
Min väninna {N} hjälper mig.
Min make {F} gick bort.
Barnet {F} mår inte bra.
{F} har under hösten varit borta mycket.
{F} tar mitt möte med {L}.
{F} på våningen över har fest.
min mentor heter {N}
min bror {F} är 12
lärarn heter {F}
jag o {F} o {F}
är det {F} eller {F} som jobbar
hälsa till {F}
kan {F} komma igen
Er inspektör {N} kom hit.
er {F} svarar inte
Barnbarnet {F} fyller år.
Wiilkayga {F} ayaa u baahan caawimaad
Kızım {F} için
Mój syn {F} ma siedem lat
mój mąż {F}
Mi hijo {F} tiene seis años
My husband {F} is away.
Poikani {F} on kuusi vuotta
Vaimoni {F} soitti
Meine Tochter {F}
Mon fils {F}
Jag heter {N} och bor i {P}.
Jag heter {F} och är 14 år.
Mitt namn är {N} och jag undrar en sak.
mitt namn är {N}
Det gäller min son {F} som går i 3B.
Min dotter {F} börjar förskoleklass till hösten.
Vi vill säga upp platsen för {N}.
Min mamma {N}, 84 år, har ramlat.
Min man {F} och jag har sökt bygglov.
Min granne {N} eldar varje kväll.
Grannen {F} säger att det är kommunens.
Familjen {L} på nummer 8 bygger för nära.
familjen {L} har inte svarat
Jag pratade med {F} i växeln i går.
Jag talade med {N} på miljökontoret.
Kan du be {F} ringa mig?
Fråga {F}, hon vet.
{F} sa att det skulle bli klart i maj.
{F} har inte hört av sig på tre veckor.
{N} är min handläggare.
Ärendet handläggs av {N}.
Handläggare: {N}
Kontaktperson: {N}, 070-174 06 12
Klagande: {N}, {f}vägen 3
Sökande: {N}
Namn: {N}
namn {N}
Vårdnadshavare: {N} och {N}
Vårdnadshavare 1: {N}
Elev: {N}, 7C
Barnets namn: {N}
Brukare: {N}
Deltagare: {F}, {F}, {F} och {N}
Närvarande: {N}, {N}, {N}
Till: {N}
Från: {N}
Kopia: {N}; {N}
Från: {N} <fornamn@mejl.example>
> Från: {N}
> {N}
> Hej {F}!
> /{F}
>> Mvh {F}
Den 12 mars 2026 kl. 08:41 skrev {N}:
den 3 maj 2026 10:15 skrev {N} <a.b@mejl.example>:
On 12 March 2026, {N} wrote:
{F} skrev:
Kan {F} ta det här? Annars tar {F} det på måndag.
{F}, kan du kolla på det här?
{F}: skicka listan senast fredag.
Jag har bett {F} om hjälp, men {F} är på semester.
Enligt {N} ska det vara klart.
enligt {F} är det så
Har {F} fått pengarna?
Vet {F}s lärare om det?
{F}s mamma ringde i morse.
{N}s ansökan ligger hos er.
Jag är god man för {N}.
Jag är ombud för {N}, född 1941.
Beslutet är fattat av {N}.
Undertecknad, {N}, överklagar beslutet.
Hälsa {F}!
Hälsa {F} och {F} så gott.
Vi var hos {F} och {F} i helgen.
{F} och {F} bråkar varje dag på rasten.
{F} slår {F} på skolgården.
Läraren {F} {L} gör ingenting.
läraren {L} är dum
Rektorn {N} svarar inte.
min son {F} mår dåligt
jag o {F} vill flytta ihop
har du träffat {F}?
Ring {F} på 070-174 06 30.
ring {W} om du inte kan
{W} har ringt igen.
{W} {L} är sjuk i dag.
Jag vill att {W} får läsa det först.
{W} och {W} kan inte på torsdag.
Boken är från {W} {L}.
Mötet hålls av {W}.
Advokat {N} företräder mig.
Doktor {L} skrev intyget.
Herr {L} har inte öppnat.
Fru {N} bor kvar.
Polisen heter {F}.
Kassör {N} byter konto.
Överförmyndaren har förordnat {N}.
Vi sörjer {N} som gick bort i söndags.
Bifogar CV för {N}.
{F} ({F}s pappa) hämtar i dag.
{N} (s) röstade emot.
{N} (M) reserverade sig.
Ledamoten {N} frågade om taxan.
{N}, ordförande i nämnden, svarar inte.
Kontakta {N}, {T}, för mer information.
Frånvarande: {F} {I}, {F} {I} och {F} {I}
SIP för {I}. {I}. i 4C
{F} {L}-{L} har fått plats.
My name is {N} and I moved here in May.
I spoke to {F} at the office.
My daughter {F} needs a school place.
Nimeni on {N}.
Nazywam się {N}.
Me llamo {N}.
Benim adım {N}.
Magacaygu waa {N}.
Ich heiße {N}.
Je m'appelle {N}.
Tack {F}, nu fungerar det.
Tack snälla {F}!
Grattis {F}!
Välkommen {F}!
Sv: {F} kommer i morgon
VB: Till {F}
Angående {N}
Ang. {N}, {f}gatan 4
Orosanmälan {N}
Fullmakt för {N}
Möte med {F} på torsdag
Läs det här {F}
Vem ersätter {F} under semestern?
Jag vikarierar för {F}.
Vid frågor: {N}
Godkänd av {N} 2026-03-12
{N}, {N} och {F} är jäviga.
{N} har sagt upp sig
jag såg {F} slå sönder rutan
""".strip().splitlines()

NEGATIVE = """
Lex är otillgängligt i kväll.
Lex ligger nere.
Key Account Manager
Head of Sales
Project Manager
Senior Advisor
Office Manager
Chief Executive Officer
Glad sommar!
Glad midsommar
Glad lucia
God fortsättning
Tack för Ert svar
Objekt: lägenhet på {f}vägen 8
Diariet
Vaktmästeriet
Ekonomienheten
Personalavdelningen
Luna Storta, pizzeria
Pizzeria {f}
Lokalkuriren
Frivården begär uppgifter.
Tidningen {l} Nytt
Soc vill inte hjälpa.
soc svarar inte
Mentor på skolan vet.
Rektor har inte svarat.
rektor
Bridge på torsdag?
Systemet Procapita
Treserva fungerar inte.
Skola24 är nere
Unikum
Platina
Infomentor
Samverkan Söder
Hyresgäst: se bilaga
Ombud: se fullmakt
Saken: bygglov
Motpart
Närvarande
Frånvarande
Beslut
Yrkanden
Grunder
Mark- och miljödomstolen
Förvaltningsrätten i Stockholm
Svea hovrätt
Södertörns tingsrätt
Justitieombudsmannen
Riksdagens ombudsmän
Storvretskolan har inget svar.
Hallunda torg
Botkyrkabyggen
Telge Bostäder
Nordea, Swedbank och Handelsbanken
Ica Maxi
Coop Tumba
Apoteket
Capio Vårdcentral
Karolinska sjukhuset i Huddinge
Södersjukhuset
Migrationsverket
Somalia, Eritrea och Ukraina
Ramadan börjar snart.
Eid firas på tisdag.
Hej Hemtjänsten
Hej Skolan
Hej Botkyrka
Hej Gata/Park
Dear Botkyrka Municipality
Szanowni Państwo
Sayın Yetkili
Arvoisa vastaanottaja
Madame, Monsieur
Stora Sundby
Lida friluftsgård
Hågelby
Vi bor på {f}vägen 12 i {P}.
Lampan på {f}gatan är trasig.
{F0} {l}s väg 4 är avstängd.
{f} {l}s gata måste plogas.
{l}s Bygg AB har inte betalat.
{f}s Måleri & Tapet HB
Faktura från {l} & Co AB
Restaurang {f}s Kök
Café {f} stänger i maj.
Sankt {f}s kyrka
{f}skolan i {P} har ont om plats.
{f}s förskola
Kvarteret {f}backen
Jag bor i {P}.
Bussen mellan {P} och {P} går inte.
{P} centrum
{P}s kommun
Kommunen i {P} svarar snabbare.
Maj månad var kall.
I april och juni är det öppet.
Per dag kostar det 40 kr.
Per capita är avgiften lägst i länet.
Hans bil står på gatan.
Du ser att det inte stämmer.
Ni har inte svarat.
Sten och grus ligger på vägen.
En storm drog in över {P}.
Storm väntas i natt.
Solen skiner.
Sol och vind ger el.
Den björk som står vid vägen ska bort.
Björk, ek och ask fälls i parken.
Lo och varg finns i kommunen.
Bo kvar hemma med hemtjänst.
My är en väldigt liten längd.
Se bilagan.
Se bifogad fil.
Tack för svar.
Tim- och dagpris bifogas.
Visions klubb har möte.
Kommunal varslar om strejk.
Moderaterna och Socialdemokraterna är överens.
Skatteverket, Försäkringskassan och Arbetsförmedlingen
Region Stockholm
Botkyrka kommun
Telefon: 08-465 004 00
Postadress: 147 85 Tumba
Besöksadress: Munkhättevägen 45, Tumba
www.botkyrka.example
Bygglovsenheten
Samhällsbyggnadsförvaltningen
Kommunledningsförvaltningen
Socialförvaltningen
Gatu- och parkenheten
Kontaktcenter
Vård- och omsorgsförvaltningen
Barn- och utbildningsnämnden
Kultur- och fritidsnämnden
Miljö- och hälsoskyddsnämnden
Överförmyndarkansliet
Äldreomsorgen
Enheten för Familjerätt
Hemtjänst Norra
Hållbarhet, Trygghet och Service
Med vänlig hälsning
Med Vänlig Hälsning
Skickat från min iPhone
Skickat från Outlook för Android
Hämta Outlook för iOS
Sent from my iPhone
Ämne: Sv: Bygglov
Skickat: den 12 mars 2026 08:41
Datum: 2026-03-12
Diarienummer KS/2026:00123
Vår referens
Er referens
Jag Undrar Hur Man Söker Bygglov
VI ÄR SÅ TRÖTTA PÅ DET HÄR
SVARA MIG NU
Är Det Så Här Kommunen Vill Ha Det
DETTA ÄR EN SKANDAL
Kan ni skicka blanketten?
Kommer Snart
Ring mig.
Kostnad: 450 kr
Datum: 12 mars
Alla får plats.
Bifogar ritning.
Enligt plan- och bygglagen krävs lov.
Enligt Offentlighets- och sekretesslagen 21 kap.
Hälsningar från Spanien!
Glad Påsk!
God Jul och Gott Nytt År
Trevlig Midsommar
Allhelgona
Lucia firas den 13 december.
Vasaloppet
Storgatan är avstängd.
Norra Botkyrka
Fittja, Alby, Hallunda och Norsborg
Tumba, Tullinge, Vårsta och Grödinge
Rödstu hage
Förskolan Storken
Avdelning Blåbär
Träffpunkten Solrosen
Äldreboendet Silverkronan
LSS-boendet
BankID fungerar inte.
Word, Excel och Teams
Google översatt.
Microsoft Teams
Facebook och Instagram
E-tjänsten Skolskjuts
SFI Svenska som andraspråk
Dear Sir or Madam
The Library in Tumba
Swedish Tax Agency
Volvo V70
Toyota Hilux
Bil: Saab 9-5
Allergi: nötter
Uppdrag Granskning
Lokalkuriren
Dagens Nyheter
Barnkonventionen
Europa, Sverige och Stockholm
Polen, Syrien och Somalia
Finska, Arabiska och Polska
Romer och Samer
Islam och Kristendom
Alzheimers sjukdom
Parkinsons sjukdom
Aspergers syndrom
Downs syndrom
Crohns sjukdom
Diagnosen Parkinson
Alvedon och Ipren
Eternit och Asbest
Automatiskt svar: Semester
Jag är tillbaka måndag 12 augusti.
Vecka 32
Måndag till Fredag
Obs! Viktigt
PS. Glöm inte Nycklarna
Hej då
God natt
Ärendet är avslutat
Information till Alla Medarbetare
Nyhetsbrev Maj
Inbjudan till Konferens
Fastighet Tumba 7:241
Kaprifolen 12
Tornugglan 4
Myrstacken
Begäran om Allmän Handling
Vill Ha Svar
Trasig Gatlampa
Klagomål Sophämtning
Fråga
Synpunkt
Anmälan
Överklagande
Ja Tack
Nej Tack
Okej
Super
""".strip().splitlines()

WORDS_THAT_ARE_NAMES = """Per Hans Bo Sten Björn Stig Dag Liv My Maj Saga Sol Storm Ask Lo Tim Kim Nova Juni Alva Tor Rut Mio Vide Lind Glad Frej
Ängla Stella Viola Rosa Lilja Linnea Iris Jasmine Svea Linn Bror Karl Ask Alm Ek Hav Vår Sonja Love Noa Mille Heder Gry Siv Eja Ebba Tuva
Ros Ruben Gull Gun Vega Disa Ylva Björk Skog Sky Ocean Harmony Grace Faith Hope Destiny Angel Prince Justice Baran Umut Deniz Can
""".split()
"""Registered first names that are words in Swedish or another language."""
