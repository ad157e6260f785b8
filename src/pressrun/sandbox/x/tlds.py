"""Top-level domains that make a bare `name.tld` a link: a set chosen by hand, not the whole registry.

Complete: the country codes and the generic domains from before 2012. Of the some 1,200 later ones, those
that are common in posts. A domain that is missing here counts as plain text unless it follows http(s)://.
"""

_COUNTRY_CODES = """
    ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bl bm bn bo bq br bs
    bt bv bw by bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg
    eh er es et eu fi fj fk fm fo fr ga gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn
    hr ht hu id ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk
    lr ls lt lu lv ly ma mc md me mf mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf
    ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd
    se sg sh si sj sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw
    tz ua ug uk um us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw
"""
COUNTRIES = frozenset(_COUNTRY_CODES.split())
_CLASSIC = """
    com net org edu gov mil int arpa biz info name pro aero coop museum asia cat jobs mobi post tel
    travel xxx
"""
_NEWER = """
    academy accountant accountants actor adult agency ai airforce apartments app art associates attorney
    auction audio auto autos baby band bar bargains beauty beer berlin best bet bike bingo bio black
    blackfriday blog blue boats bot boutique box broker build builders business buzz cab cafe cam camera
    camp capital car cards care career careers cars casa cash casino catering center ceo charity chat
    cheap christmas church city claims cleaning click clinic clothing cloud club coach codes coffee
    college community company computer condos construction consulting contact contractors cooking cool
    country coupons courses credit creditcard cruises cyou dance data date dating day deals degree
    delivery democrat dental dentist desi design dev diamonds diet digital direct directory discount
    doctor dog domains download earth eat education email energy engineer engineering enterprises
    equipment estate events exchange expert exposed express fail faith family fan fans farm fashion film
    finance financial fish fishing fit fitness flights florist flowers fm foo food football forex
    forsale forum foundation free frl fun fund furniture futbol fyi gallery game games garden gay gift
    gifts gives glass global gmbh gold golf goog google graphics gratis green gripe group guide guitars
    guru hair haus health healthcare help hiphop hockey holdings holiday homes horse hospital host
    hosting hot hotel house how icu immo immobilien inc industries ink institute insurance insure
    international investments irish jetzt jewelry juegos kaufen kids kim kitchen koeln krd land lawyer
    lease legal lgbt life lighting limited limo link live living llc loan loans lol london lotto love
    ltd luxe luxury maison makeup management market marketing markets mba media melbourne memorial men
    menu miami mobile moda moe mom money monster mortgage motorcycles mov movie music navy network new
    news nexus nft ninja now nyc observer one onl online ooo organic osaka page paris parts party pet
    pharmacy phd photo photography photos pics pictures pink pizza place plumbing plus poker porn press
    prime productions prof promo properties property protection pub quest racing radio realestate
    recipes red rehab reise reisen rent rentals repair report republican rest restaurant review reviews
    rich rip rocks rodeo run sale salon sarl school schule science security seoul services sex sexy
    shoes shop shopping show singles site ski skin soccer social software solar solutions soy spa space
    sport storage store stream studio study style sucks supplies supply support surf surgery sydney
    systems taipei talk tattoo tax taxi team tech technology tennis theater theatre tickets tienda tips
    tires today tokyo tools top tours town toys trade trading training tube university uno vacations
    vegas ventures vet viajes video villas vin vip vision vodka vote voto voyage wales wang watch
    watches web webcam website wedding wien wiki win wine work works world wow wtf xin xyz yachts yoga
    you youtube zero zip zone
"""
_OTHER_SCRIPTS = """
    한국 닷컴 닷넷 삼성 中国 中國 香港 台湾 台灣 公司 网络 網路 在线 中文网
    コム みんな рф бел укр срб мкд қаз ευ ελ भारत ไทย السعودية مصر امارات ایران الاردن
"""
TLDS = COUNTRIES | frozenset(f"{_CLASSIC} {_NEWER} {_OTHER_SCRIPTS}".split())
