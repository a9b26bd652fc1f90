"""Swedish abbreviations that end in a full stop, written in lower case without inner blanks."""

ABBREVIATIONS = frozenset(
    """
    a.a. adm. adr. ang. anm. anst. art. avd. avg. bil. bilj. bl.a. ca. c:a cirk. d.o. d.v.s. dir. div. dnr. doc. dr.
    e.d. e.dyl. e.kr. e.m. el. eg. em. enl. etc. ev. exkl. exp. f. f.d. f.kr. f.m. f.n. f.o.m. f.ö. fak. fam. ff.
    fig. fm. forts. fr. fr.o.m. fre. fredr. föreg. förf. förk. förv. g. gm. gn. gr. h. handl. hr. hrs. i.o.m. i.st.f.
    ingenj. inkl. inst. instr. int. isht. j. jan. jfr. jr. jul. k. kap. kl. komm. kompl. kr. kv. kvm. l. leg. lgh. lör.
    m. m.a.o. m.fl. m.h.a. m.h.t. m.m. m.v.h. maj. max. med. mhn. milj. min. mom. motsv. mån. mvh. n. n:r n.b. nr.
    nuv. o.
    o.d. o.dyl. o.s.v. obs. okt. ons. ordf. org. p. p.g.a. p.s. p.s.s. par. pl. pol. prof. prop. ptf. red. ref. reg.
    resp. s. s.a.s. s.k. s.o. sek. sekr. sem. sep. sept. sid. sign. skt. sr. st. st.f. stf. str. surr. sv. sön. sö. t.
    t.ex. t.o.m. t.v. t.h. t.f. tab. tel. tfn. ti. tim. tis. tjf. tors. trol. u.a. u.p.a. u.å. ung. uppl. urspr. utg.
    v. v.g. vard. vd. vol. vänl. årl. år. åtm. äv. ö. ö.h. övers. aug. apr. feb. mar. nov. dec. jun. bitr. vik. const.
    """.split()
)
"""A full stop after one of these does not end a sentence by itself."""

OFTEN_LAST = frozenset(
    "etc. m.fl. m.m. o.d. o.dyl. e.d. e.dyl. o.s.v. år. kr. st. mån. tel. maj. min. med. par. s. v.".split()
)
"""Those that also end sentences: a capital letter after them begins a new one."""
