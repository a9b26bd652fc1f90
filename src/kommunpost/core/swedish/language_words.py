"""The small words by which languages are told apart, and how mail in them begins and ends. Our own lists."""

WORDS: dict[str, str] = {
    "sv": """och att det i en ett jag är som på inte av för med den har de vi du kan om till så men var vad när hur
        han hon från ni er era mig mitt min ska skulle vill hej tack hälsning hälsningar mvh eller också där här
        efter kommer finns bara nu då ut upp få får blir blev alla mycket mer någon något några inga ingen måste
        mot vid under över utan sedan redan vilken vilka vem varför denna detta dessa er dig oss dem sin sitt sina
        behöver gäller bor barn kommun kommunen frågor fråga svar ringa snälla hejsan god dag morgon vänlig vänliga
        ej nej ja ju väl innan många allt sig genom hos sen ändå igen idag""",
    "en": """the and of to in is that it for you was with on are as have this be not at but they from or we an by my
        your
        can will would there which their what if has please dear hello regards sincerely thank thanks do does am i
        how when where who our me us she he her his know need want about been could should sir madam kind best""",
    "fi": """ja on ei että se hän ovat mutta kun niin tai jos olen minä minun sinä te me he mikä mitä missä kiitos hei
        terveisin ystävällisin kuin voi oli myös nyt vain sitä tämä tämän kanssa jo mitään minulla haluaisin voisitteko
        eikö mistä koska sekä hyvää päivää asia ole pitää saada saako""",
    "de": """und der die das ist ich nicht sie es ein eine mit auf für zu den dem von wir sich auch wie war bitte danke
        sehr geehrte damen herren grüße freundlichen mein meine ihr ihre kann haben habe wird bei nach oder aus
        guten tag hallo können mich uns""",
    "fr": """le la les et de des un une est je vous nous que qui dans pour pas sur avec ce il elle mon ma mes votre
        bonjour
        merci cordialement au aux du ne plus être avoir suis avez sont par mais ou où s'il plaît madame monsieur""",
    "es": """el la los las y de que en un una es no por con para su se lo como más mi mis muchas gracias hola saludos
        buenos días usted estoy tengo pero este esta del al hay puede soy quiero cómo cuándo dónde atentamente""",
    "it": """il lo la gli le e di che in un una è non per con mi si sono ho grazie buongiorno salve saluti cordiali
        come dove quando questo questa del della al anche ma più vorrei posso""",
    "pt": """o a os as e de que em um uma é não por com para se mais meu minha obrigado obrigada olá bom dia
        cumprimentos estou tenho mas este esta do da no na você gostaria""",
    "pl": """i w na z nie się jest to że do jak czy mam dla od po o co ale za by dzień dobry proszę pozdrawiam dziękuję
        jestem może przepraszam piszę pan pani mi moja mój nas są tylko gdzie kiedy bardzo syn córka""",
    "tr": """ve bir bu için ile de da mi ne var yok ben çok merhaba selam teşekkürler teşekkür ederim saygılarımla
        lütfen
        nasıl olarak olan daha ama gibi değil mı mu benim bana evet hayır kadar sonra iyi günler""",
    "so": """waa iyo oo in ka ku ay uu la aan waxaan waxay ma soo u ee si loo sidee waan mahadsanid salaan nabad fadlan
        magacaygu magaca igu inaan ayaa wax maxaa halkee goorma caruurta ilmo leh lahaa ahay tahay""",
    "sq": """dhe në një të për me nga është që jam nuk si do por kam ju ne unë faleminderit përshëndetje mirëdita ku kur
        çfarë po jo fëmija""",
    "hr": """i u je da se na za sam što su ne od s sa kako ali molim hvala pozdrav dobar dan ili imam nije bi smo mi
        moj moja gdje kada šta koji dijete""",
    "ku": """û li ji bi ku ez ew em hûn di de ne dikim dixwazim silav spas min te me çawa kengî çi heye tune zarok re
        jî yên ya yê ne ev""",
    "et": """ja on ei et see ma ta olen tere aitäh mis kui kuid või oma ning kas saab palun lugupidamisega mul ta
        teie""",
    "lt": """ir yra ne kad tai aš jis su iš į ar kaip labas ačiū prašau pagarbiai mano man jūs kur kada bet""",
    "ro": """și este nu că în la de cu pe un o să mai eu sunt bună ziua mulțumesc vă rog am pentru din ce cum dar""",
    "hu": """és a az nem hogy egy van én ez meg de is kérem köszönöm üdvözlettel tisztelt jó napot mit hol mikor""",
    "nl": """de het een en van ik is niet dat te in op met voor zijn aan er om hallo dank groeten wij u mijn kan
        goedendag""",
    "vi": """và của là có không tôi cho được với các này một những khi ở xin chào cảm ơn con em""",
    "no": """og jeg ikke det er på til med for som en et har vi å av hei hvordan hvor hva når hvis vennlig hilsen takk
        kan
        dere noe meg min mitt etter også""",
    "da": """og jeg ikke det er på til med for som en et har vi at af hej hvordan hvor hvad når hvis venlig hilsen tak
        kan
        jer noget mig min mit efter også""",
}
"""By ISO 639-1 code. Norwegian and Danish are there to be recognised as what they are taken for, Swedish."""

LETTERS: dict[str, str] = {
    "sv": "åäö",
    "fi": "äö",
    "de": "ßü",
    "fr": "çêœàè",
    "es": "ñ¿¡óí",
    "it": "òàìù",
    "pt": "ãõçê",
    "pl": "łąęśżźćń",
    "tr": "ışğç",
    "sq": "ëç",
    "hr": "čćđšž",
    "ku": "êîûş",
    "et": "õ",
    "lt": "ėūųįš",
    "ro": "șțăâî",
    "hu": "őűú",
    "vi": "ạảấầẩẫậắằẳẵặẹẻẽếềểễệịọỏốồổỗộớờởỡợụủứừửữựỳỵơưđ",
    "no": "æø",
    "da": "æø",
}
"""Letters that speak for a language; they weigh a little each, words weigh more."""
