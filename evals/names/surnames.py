"""Surnames of Sweden's inhabitants that the open lists leave out: written down by us, for training and look-up."""

NATURE = """
    Ak Alm Ang As Back Berg Bjork Björk Blom Bo Bolm By Bäck Dal Ed Ek Eng En Falk Fors Frid Fur Gran Grön Gyll
    Hag Hall Hammar Hed Hell Hjort Holm Häll Hög Kall Karl Kjell Kull Land Lager Lilje Lind Ling Ljung Lund Löf
    Löv Malm Mo Mell Nor Ny Nyl Nord Ol Ost Palm Rehn Ros Rosen Rönn Sand Sjö Skog Sköld Sol Sten Stjern Strand
    Ström Sund Söder Tall Thor Torn Vall Vester Vik Wahl Wall Wen Wester Wik Åk Åker Ås Älv Ång Ö Öberg Öst
    Öster
""".split()
ENDINGS = """
    berg bergh blad blom bom by dahl ell er feldt fors gren gård hag hage hammar hed holm hult kvist ling lind
    ljung lund löf löv man mark qvist rot skog sköld stedt ström strand strandh stad sten tröm vall vik wall wik
    ås én
""".split()
PLAIN = """
    Alm Ask Berg Björk Blad Bley Bodin Borg Bratt Brandt Bror Dal Damm Ek Eld Falk Fast Ferm Flod Fors Frisk
    Frid Frost Fur Gard Glad Grahn Granat Grape Gren Grip Groth Hage Hall Hamn Hed Hjelm Holm Hult Hård Hök Hörn
    Ivar Juhlin Kihl Klang Kling Kraft Krook Krans Lager Lans Lilja Lind Ljung Lo Lod Lund Malm Modig Moss Mård
    Nero Noor Nord Norén Norin Oja Palm Pihl Quist Ram Rapp Rask Rehn Ros Roos Rudin Rut Rydh Rön Sahl Sand
    Silfver Sjö Skog Skoog Sköld Spets Spjut Stark Stolt Storm Stål Sund Swahn Svan Svärd Tamm Tapper Tell Thor
    Tham Tran Uhr Vall Vik Wik Wall Wahl Wessel Wrede Ågren Åhl Åkerö Åström Öhman Öberg Örn Östlund Lidman
    Nyman Thyselius Bernadotte Kamprad Hedlund Norlin Wretling Brännström Thorsell Vallgren Ekelöf Isaksson
    Tallberg Arvidsson Brorsson Ljungqvist Nyqvist Bergfeldt Östergren Brännlund Sköldmark Rosengren Kullenberg
    Lagercrantz Silfverstolpe Hammarskjöld Uddman Åkesson Wiklund Zetterlund Zetterberg Cederlund Cederholm
    Ahlgren Ahlström Edström Eklöf Elfström Hellström Hultman Hägglund Höglund Jernberg Kjellberg Lagerkvist
    Lindroth Lindvall Molin Melin Morin Nilsdotter Nordin Palmgren Rydberg Sahlin Sandell Selander Sellberg
    Sjödin Stenlund Svedberg Söderlind Tengblad Tegnér Thunberg Tornberg Unger Videgård Wahlgren Wennberg Westin
    Wickman Winberg Zander Åslund Öhrn Örtengren
""".split()
FOREIGN: dict[str, str] = {
    "arabic": """
        Ahmad Ahmed Al-Ali Al-Amin Al-Hassan Al-Jabouri Al-Khatib Al-Masri Al-Rashid Al-Sayed Ali Aziz Barakat
        Darwish Farouk Habib Haddad Hamdan Hamid Hammoud Hassan Haidar Hussein Ibrahim Ismail Jaber Jabbar
        Kassem Khalaf Khalil Khoury Mahmoud Mansour Mohammed Mustafa Najjar Nasser Omar Othman Qasim Rahman Saad
        Sabbagh Said Saleh Salem Salman Shahin Sharif Suleiman Taha Yassin Younes Zaki Zidan Abboud Abbas
        Abdallah Abdulrahman Alkhalil Alhaj Daoud Fadel Ghanem Issa Jomaa Karam Malak Sabri Shammout
    """,
    "assyrian": """
        Aho Barsom Chamoun Danho Gabriel Gawriye Hanna Isa Isho Jakob Malke Murad Saliba Shabo Touma Yousef
        Youkhana Demir Aydin Sargon Warda Kourieh Melki Can Poli
    """,
    "persian": """
        Ahmadi Akbari Amiri Azizi Bahrami Daneshvar Ebrahimi Farahani Ghorbani Hashemi Hosseini Jafari Karimi
        Kazemi Khosravi Mahdavi Mirzaei Mohammadi Moradi Mousavi Najafi Nazari Norouzi Rahimi Rahmani Rezaei
        Rostami Sadeghi Salehi Shirazi Tehrani Yazdani Zamani Gholami Heidari Naderi Noori Sharifi Hakimi Qaderi
        Haidari
    """,
    "kurdish": """
        Aziz Baran Barzani Dogan Hama Karim Kaya Mirza Rashid Rasul Sherwani Taha Talabani Xoshnaw Zangana Amin
        Mahmud Salih Yildiz Bakir
    """,
    "turkish": """
        Akın Aksoy Arslan Avcı Aydın Bulut Çelik Çetin Demir Doğan Erdoğan Güler Güneş Kaplan Kara Karaca Kaya
        Keskin Kılıç Koç Korkmaz Kurt Öz Özcan Özdemir Öztürk Polat Şahin Şen Şimşek Taş Tekin Toprak Uçar Ünal
        Yalçın Yıldırım Yıldız Yılmaz Yüksel
    """,
    "somali": """
        Abdi Abdirahman Abdullahi Abshir Aden Adan Ahmed Ali Artan Barre Cabdi Dahir Elmi Farah Gedi Guled Hashi
        Hersi Hirsi Jama Jimale Kahin Maxamed Mohamud Mohamed Muse Nur Omar Osman Samatar Shire Siid Warsame
        Xasan Yusuf Warfa Isse Duale Egal
    """,
    "east_african": """
        Tesfaye Berhane Gebremedhin Haile Habte Kidane Mehari Negash Tekle Tesfamariam Weldu Woldemariam
        Yohannes Zerai Abraha Asfaw Bekele Desta Girma Kebede Mulugeta Teshome Ghebre Ogbazghi Tewelde Isaac
    """,
    "polish": """
        Adamczyk Dąbrowski Górski Jankowska Kamiński Kaczmarek Kowalczyk Kowalski Kowalska Kozłowska Krawczyk
        Lewandowski Mazur Nowak Nowakowska Pawlak Piotrowski Szymańska Wiśniewski Wiśniewska Wójcik Woźniak
        Zając Zieliński Zielinski Zielińska Wrona Sikora
    """,
    "balkan": """
        Ademović Babić Begić Dedić Delić Đorđević Hadžić Hodžić Horvat Ibrahimović Ilić Jovanović Kovač
        Kovačević Marković Mehić Mujić Nikolić Omerović Pavlović Perić Petrović Popović Salihović Savić
        Stojanović Suljić Tomić Vuković Zukić Kovacevic Petrovic Berisha Gashi Hoxha Krasniqi Shala Morina
        Bytyqi Thaçi Rexhepi
    """,
    "finnish": """
        Aalto Hakala Halonen Hämäläinen Heikkilä Heikkinen Järvinen Karjalainen Kinnunen Korhonen Koskinen Laine
        Laitinen Lehtonen Mäkelä Mäkinen Mattila Miettinen Nieminen Niemi Ojala Pitkänen Rantanen Räsänen
        Saarinen Salonen Savolainen Tuominen Turunen Väisänen Virtanen Ylönen Kallio Rautio Salmi Karvonen
    """,
    "slavic": """
        Bondarenko Ivanov Ivanova Kovalenko Kravchenko Kuznetsov Melnyk Petrenko Petrov Petrova Popova
        Shevchenko Smirnova Sokolov Tkachenko Volkov Novák Svoboda Dvořák Kolesnyk Oliynyk Romanenko Savchenko
        Marchenko Tymoshenko Hrytsenko
    """,
    "east_asian": """
        Chen Huang Li Lin Liu Wang Wu Xu Zhang Zhao Zhou Kim Park Lee Nguyen Nguyễn Tran Trần Pham Phạm Le Vu Vo
        Dang Bui Do Ho Suzuki Tanaka Sato Wongchai Srisuk Saetang Chaiyasit Phan Hoang
    """,
    "indian": """
        Agarwal Ahuja Banerjee Chopra Das Desai Gupta Iyer Joshi Kapoor Khan Kumar Mehta Mishra Nair Patel Rao
        Reddy Shah Sharma Singh Srinivasan Verma Hossain Rahman Chowdhury Malik Butt Qureshi Perera Fernando
        Silva Thapa Gurung
    """,
    "iberian": """
        Álvarez Castillo Castro Costa Cruz Díaz Fernández Flores García Gómez González Gutiérrez Hernández
        Jiménez López Martínez Mendoza Morales Moreno Muñoz Ortiz Pérez Ramírez Ramos Reyes Rivera Rodríguez
        Rojas Romero Ruiz Sánchez Santos Silva Soto Torres Vargas Vega Almeida Ferreira Oliveira Pereira Sousa
        Lopes Vidal
    """,
    "german": """
        Bauer Becker Braun Fischer Hoffmann Keller Klein Koch Krüger Lange Lehmann Meyer Müller Neumann Richter
        Schäfer Schmidt Schneider Schröder Schulz Schwarz Wagner Weber Werner Wolf Zimmermann Vogel Hartmann
        van_der_Berg de_Vries Jansen Bakker
    """,
    "english": """
        Adams Allen Anderson Bailey Baker Bennett Brown Campbell Carter Clark Collins Cooper Davies Davis
        Edwards Evans Foster Graham Green Hall Harris Hill Hughes Jackson Johnson Jones Kelly King Lewis Martin
        Miller Mitchell Moore Morgan Murphy Nelson O'Brien O'Connor Okafor Parker Phillips Roberts Robinson
        Scott Smith Stewart Taylor Thomas Thompson Turner Walker Ward Watson White Wilson Wood Wright Young
        Mensah Adeyemi Okonkwo Diallo Traoré Mwangi Otieno Abebe
    """,
    "other": """
        Popescu Ionescu Dumitru Stan Radu Papadopoulos Georgiou Nikolaidis Rossi Russo Ferrari Bianchi Romano
        Dubois Moreau Laurent Lefebvre Kazlauskas Jankauskas Bērziņš Kalniņš Tamm Sepp Mägi Nagy Kovács Szabó
        Tóth Horváth Hansen Olsen Nielsen Jensen Pedersen Sørensen Rasmussen Kristensen Larsen Andersen
        Christiansen Haugen Berntsen Jónsdóttir Sigurðsson Harutyunyan Petrosyan Beridze Gelashvili
    """,
}
PARTICLES = ("von", "af", "de", "van", "El", "Lo")


def foreign() -> dict[str, list[str]]:
    """By language: the names, blanks put back."""
    return {language: [name.replace("_", " ") for name in names.split()] for language, names in FOREIGN.items()}


def made_up() -> list[str]:
    """Swedish surnames of two parts, as soldiers and burghers took them: real ones and ones that could be."""
    return [front + end for front in NATURE for end in ENDINGS if front[-1].lower() != end[0]]
