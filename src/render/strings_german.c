/* Die deutsche Tabelle. */
#include "render/strings.h"

#include <stddef.h>

/* What the floors below say, in the order in which patterns are tried: names first, then whole
 * sentences. */
static const sd_saying SAYINGS[] = {
    /* zones, kinds, exclusions, sources */
    {"it was not found when this photo was compared with the first one",
     "beim Vergleich dieses Fotos mit dem ersten nicht gefunden"},
    {"before", "Vorher"},
    {"after", "Nachher"},
    {"forehead", "Stirn"},
    {"glabella", "Glabella"},
    {"nose", "Nase"},
    {"left cheek", "linke Wange"},
    {"right cheek", "rechte Wange"},
    {"left periorbital", "linkes Augenumfeld"},
    {"right periorbital", "rechtes Augenumfeld"},
    {"perioral", "Mundumfeld"},
    {"chin", "Kinn"},
    {"all skin", "gesamte Haut"},
    {"other", "übrige Haut"},
    {"roi", "Messbereich"},
    {"ice pick", "Eispickel"},
    {"boxcar", "Boxcar"},
    {"rolling", "wellig"},
    {"hypertrophic", "hypertroph"},
    {"brown mark", "brauner Fleck"},
    {"red mark", "roter Fleck"},
    {"naevus", "Nävus"},
    {"eye", "Auge"},
    {"brow", "Braue"},
    {"lips", "Lippen"},
    {"nostril", "Nasenloch"},
    {"hair", "Haar"},
    {"beard", "Bart"},
    {"spectacles", "Brille"},
    {"glare", "Glanz"},
    {"clipped", "überbelichtet"},
    {"shadow", "Schatten"},
    {"transparent", "durchsichtig"},
    {"week {}", "Woche {}"},
    {"iris", "Iris"},
    {"ipd", "Pupillenabstand"},
    {"given", "angegeben"},
    {"redder or yellower", "röter oder gelber"},
    {"bluer or greener", "blauer oder grüner"},
    {"brighter", "heller"},
    {"darker", "dunkler"},
    {"front", "Frontal"},
    {"left", "Links"},
    {"right", "Rechts"},
    {"before photo", "Vorher-Foto"},
    {"after photo", "Nachher-Foto"},
    {"photos", "beiden Fotos"},
    {"sharpness", "der Schärfe"},
    {"the side of the light", "der Richtung des Lichts"},
    {"the colour of the light", "der Farbe des Lichts"},
    {"distance", "dem Abstand"},
    {"noise", "dem Rauschen"},
    {"fine detail", "den feinen Einzelheiten"},
    /* metrics */
    {"Fine texture", "Feine Struktur"},
    {"Medium texture", "Mittlere Struktur"},
    {"Coarse texture", "Grobe Struktur"},
    {"Scars", "Narben"},
    {"Brown marks", "Braune Flecken"},
    {"Red areas", "Rote Stellen"},
    {"Unevenness of brown", "Ungleichmäßigkeit des Brauns"},
    {"Unevenness of red", "Ungleichmäßigkeit des Rots"},
    {"Melanin against the rest", "Melanin gegen die übrige Haut"},
    {"Redness against the rest", "Rötung gegen die übrige Haut"},
    {"Contrast of brown marks", "Kontrast brauner Flecken"},
    {"Pores", "Poren"},
    {"Number of brown marks", "Zahl brauner Flecken"},
    {"Number of red areas", "Zahl roter Stellen"},
    {"Area of brown marks", "Fläche brauner Flecken"},
    {"Area of red areas", "Fläche roter Stellen"},
    {"Individual typology angle", "Individueller Typologiewinkel"},
    {"Lightness L*", "Helligkeit L*"},
    {"Redness a*", "Rötung a*"},
    {"Yellowness b*", "Gelbheit b*"},
    {"Melanin index", "Melanin-Index"},
    {"Erythema index", "Erythem-Index"},
    {"Apparent relief of pores and fine lines, 0.25 to 0.8 mm; less is smoother.",
     "Scheinbares Relief von Poren und feinen Linien, 0,25 bis 0,8 mm; weniger ist glatter."},
    {"Apparent relief of the size of ice-pick and boxcar scars, 0.8 to 3 mm; less is smoother.",
     "Scheinbares Relief in der Größe von Eispickel- und Boxcar-Narben, 0,8 bis 3 mm; weniger ist "
     "glatter."},
    {"Apparent relief of the size of rolling scars, 3 to 8 mm; less is smoother.",
     "Scheinbares Relief in der Größe welliger Narben, 3 bis 8 mm; weniger ist glatter."},
    {"Apparent relief of the scars above that of the skin between them; less is smoother.",
     "Scheinbares Relief der Narben über dem der Haut dazwischen; weniger ist glatter."},
    {"How much darker by melanin the brown marks are than the skin around them.",
     "Um wie viel Melanin die braunen Flecken dunkler sind als die Haut um sie."},
    {"How much redder by blood the red areas are than the skin around them.",
     "Um wie viel Blut die roten Stellen röter sind als die Haut um sie."},
    {"Spread of melanin at 1 to 16 mm; less is more even.",
     "Streuung des Melanins bei 1 bis 16 mm; weniger ist gleichmäßiger."},
    {"Spread of haemoglobin at 1 to 16 mm; less is more even.",
     "Streuung des Hämoglobins bei 1 bis 16 mm; weniger ist gleichmäßiger."},
    {"Melanin of the zone against the control zone or the rest of the skin.",
     "Melanin der Zone gegen die Kontrollzone oder die übrige Haut."},
    {"Haemoglobin of the zone against the control zone or the rest of the skin; less is less red.",
     "Hämoglobin der Zone gegen die Kontrollzone oder die übrige Haut; weniger ist weniger rot."},
    {"Colour difference between brown marks and the skin around them.",
     "Farbunterschied zwischen braunen Flecken und der Haut um sie."},
    {"Dark pits of 0.2 to 0.7 mm per square centimetre.",
     "Dunkle Grübchen von 0,2 bis 0,7 mm je Quadratzentimeter."},
    {"Brown marks per square centimetre.", "Braune Flecken je Quadratzentimeter."},
    {"Red areas per square centimetre.", "Rote Stellen je Quadratzentimeter."},
    {"Share of the zone covered by brown marks.", "Anteil der Zone mit braunen Flecken."},
    {"Share of the zone covered by red areas.", "Anteil der Zone mit roten Stellen."},
    {"Skin tone as an angle in CIELAB.", "Hautton als Winkel in CIELAB."},
    {"CIELAB lightness of the zone.", "CIELAB-Helligkeit der Zone."},
    {"CIELAB green-red of the zone.", "CIELAB-Grün-Rot der Zone."},
    {"CIELAB blue-yellow of the zone.", "CIELAB-Blau-Gelb der Zone."},
    {"100 log10(1 / R) in linear light.", "100 log10(1 / R) in linearem Licht."},
    {"100 log10(R / G) in linear light.", "100 log10(R / G) in linearem Licht."},
    /* why a value is not measurable */
    {"the photos are too different in sharpness, light or noise for texture",
     "die Fotos unterscheiden sich für Struktur zu sehr in Schärfe, Licht oder Rauschen"},
    {"one photo is so much softer that this detail is lost when both are made alike",
     "ein Foto ist so viel weicher, dass diese Einzelheit beim Angleichen verloren geht"},
    {"without an untreated control zone fine texture cannot be told from the camera's doing in "
     "this "
     "pair",
     "ohne unbehandelte Kontrollzone ist feine Struktur in diesem Paar nicht von der Arbeit der "
     "Kamera zu unterscheiden"},
    {"on skin this dark, relief and brown marks cannot be told apart in one photo",
     "auf so dunkler Haut sind Relief und braune Flecken in einem Foto nicht zu trennen"},
    {"the photos are too different in light and colour for pigment",
     "die Fotos unterscheiden sich für Pigment zu sehr in Licht und Farbe"},
    {"one photo is so much noisier that its noise would read as unevenness and marks",
     "ein Foto rauscht so viel mehr, dass sein Rauschen wie Ungleichmäßigkeit und Flecken aussähe"},
    {"one photo is so much noisier that its noise would read as relief",
     "ein Foto rauscht so viel mehr, dass sein Rauschen wie Relief aussähe"},
    {"no marks large enough to measure in this zone",
     "keine Flecken in dieser Zone, die groß genug zum Messen sind"},
    {"no scars large enough to measure in this zone",
     "keine Narben in dieser Zone, die groß genug zum Messen sind"},
    {"no scar was found in this zone", "in dieser Zone wurde keine Narbe gefunden"},
    {"too little measurable skin in this zone", "zu wenig messbare Haut in dieser Zone"},
    {"too little measurable skin in this zone for an interval",
     "zu wenig messbare Haut in dieser Zone für ein Intervall"},
    {"hair, beard or spectacles hide most of this zone: what is left does not stand for it",
     "Haar, Bart oder Brille verdecken das meiste dieser Zone: der Rest steht nicht für sie"},
    {"too little skin of this zone is seen in both photos",
     "zu wenig Haut dieser Zone ist auf beiden Fotos zu sehen"},
    {"no other skin to compare this zone with; name a --control-zone",
     "keine andere Haut zum Vergleich mit dieser Zone; --control-zone nennt eine"},
    {"noise and compression are stronger here than the skin's own differences of colour",
     "Rauschen und Kompression sind hier stärker als die Farbunterschiede der Haut"},
    {"pores need 12 pixels a mm: come closer or use a finer camera",
     "Poren brauchen 12 Pixel je mm: näher herangehen oder feinere Kamera nehmen"},
    {"one photo is softer than the other: the number of pores seen depends on it",
     "ein Foto ist weicher als das andere: davon hängt ab, wie viele Poren zu sehen sind"},
    {"shown for orientation only: what is counted depends on a threshold, so loads, contrast and "
     "texture carry the verdict",
     "nur zur Orientierung: was gezählt wird, hängt von einer Schwelle ab; das Urteil tragen "
     "Beladung, Kontrast und Struktur"},
    {"the size of a pixel in mm is not known", "die Größe eines Pixels in mm ist nicht bekannt"},
    {"a colour card cannot be used: {}", "eine Farbkarte ist nicht brauchbar: {}"},
    {"a colour card was found in one photo only; the values are as photographed",
     "nur auf einem Foto ist eine Farbkarte; die Werte sind wie fotografiert"},
    {"needs a colour card in both photos: without one, exposure and white balance cannot be told "
     "from skin colour; the values are as photographed",
     "braucht eine Farbkarte auf beiden Fotos: ohne sie sind Belichtung und Weißabgleich nicht von "
     "der Hautfarbe zu unterscheiden; die Werte sind wie fotografiert"},
    {"the angle is undefined for skin without yellow",
     "für Haut ohne Gelb ist der Winkel nicht definiert"},
    {"alone it would count, but among {} measured values some reach as far by chance",
     "allein würde es zählen, doch unter {} gemessenen Werten reichen manche zufällig so weit"},
    {"both files are one and the same shot: they differ, the skin does not",
     "beide Dateien sind dieselbe Aufnahme: sie unterscheiden sich, die Haut nicht"},
    {"the size of a pixel in mm is not known; give --scale-mm-per-px or --ipd-mm",
     "die Größe eines Pixels in mm ist nicht bekannt; --scale-mm-per-px oder --ipd-mm nennt sie"},
    {"the photo has {} pixels a mm, this detail needs {}: come closer or use a finer camera",
     "das Foto hat {} Pixel je mm, diese Einzelheit braucht {}: näher herangehen oder feinere "
     "Kamera "
     "nehmen"},
    {"at the edge of the skin that both photos show", "am Rand der Haut, die beide Fotos zeigen"},
    {"the photos are not laid on each other surely enough here",
     "die Fotos liegen hier nicht sicher genug aufeinander"},
    {"its relief differs in kind between the photos",
     "sein Relief ist auf den Fotos von verschiedener Art"},
    {"the photos differ too much in how they show texture",
     "die Fotos zeigen Struktur zu verschieden"},
    /* trends */
    {"no photo of this session could be compared with the first one",
     "kein Foto dieser Sitzung war mit dem ersten vergleichbar"},
    {"no session could be compared", "keine Sitzung war vergleichbar"},
    {"{} sessions answer here; a trend needs {}",
     "{} Sitzungen antworten hier; ein Trend braucht {}"},
    {"not all sessions have a date", "nicht alle Sitzungen haben ein Datum"},
    {"the cameras changed too often: what they differ by cannot be told from a trend",
     "die Kamera wechselte zu oft: ihr Unterschied ist nicht von einem Trend zu trennen"},
    /* how the photos were taken */
    {"The {} photo is softer (a blur of {} pixels lies between them); the sharper one is softened "
     "to "
     "match before texture is compared.",
     "Das {}-Foto ist weicher (zwischen beiden liegt eine Unschärfe von {} Pixeln); das schärfere "
     "wird vor dem Vergleich der Struktur angeglichen."},
    {"The {} photo is softer (its edges are {} times as wide), and too little skin is seen to make "
     "up for it.",
     "Das {}-Foto ist weicher (seine Kanten sind {}-mal so breit), und es ist zu wenig Haut zu "
     "sehen, um das auszugleichen."},
    {"Focus on the cheek, hold the camera still and use more light.",
     "Auf die Wange scharf stellen, die Kamera ruhig halten, mehr Licht nehmen."},
    {"The after photo is {} stops {}.", "Das Nachher-Foto ist {} Blenden {}."},
    {"Lock the exposure on the skin and use the same light.",
     "Die Belichtung auf der Haut festhalten und dasselbe Licht nehmen."},
    {"All of the skin is {} in the after photo ({} optical density): a colour cast of light or "
     "camera, or a tan. Only differences within the face are compared.",
     "Die ganze Haut ist auf dem Nachher-Foto {} (optische Dichte {}): ein Farbstich von Licht "
     "oder "
     "Kamera, oder Bräune. Verglichen werden nur Unterschiede innerhalb des Gesichts."},
    {"Fix the white balance (daylight setting or a grey card) for every session.",
     "Den Weißabgleich für jede Sitzung festlegen (Tageslicht oder Graukarte)."},
    {"{} % of the skin in the {} photo is over-exposed and left out.",
     "{} % der Haut auf dem {}-Foto sind überbelichtet und ausgelassen."},
    {"Expose a little darker so that no skin turns white.",
     "Etwas dunkler belichten, damit keine Haut weiß wird."},
    {"The light comes from another side (turned by {} degrees): apparent relief depends on it.",
     "Das Licht kommt von einer anderen Seite (um {} Grad gedreht): davon hängt das scheinbare "
     "Relief ab."},
    {"Keep lamp, window and chair where they were.",
     "Lampe, Fenster und Stuhl lassen, wo sie waren."},
    {"The head is turned by {} degrees between the photos.",
     "Der Kopf ist zwischen den Fotos um {} Grad gedreht."},
    {"Let the subject look straight at the lens, as in the first photo.",
     "Gerade ins Objektiv blicken lassen, wie auf dem ersten Foto."},
    {"Turn the head as the view asks, or leave --view at auto.",
     "Den Kopf drehen, wie die Ansicht es verlangt, oder --view auf auto lassen."},
    {"Whether both photos show the {} view cannot be told: no face was found in one.",
     "Ob beide Fotos die Ansicht {} zeigen, ist nicht zu sagen: auf einem wurde kein Gesicht "
     "gefunden."},
    {"The {} view was asked for, but the head is turned by {} degrees before and {} after (+ to "
     "the "
     "subject's left).",
     "Verlangt war die Ansicht {}, doch der Kopf ist vorher um {} und nachher um {} Grad gedreht "
     "(+ "
     "zur Linken der Person)."},
    {"The face is {} times as large in the {} photo.",
     "Das Gesicht ist {}-mal so groß auf dem {}-Foto."},
    {"Photograph from the same distance with the same camera.",
     "Aus demselben Abstand mit derselben Kamera fotografieren."},
    {"The {} photo is strongly compressed (JPEG quality {}).",
     "Das {}-Foto ist stark komprimiert (JPEG-Qualität {})."},
    {"The {} photo keeps colour in blocks of 16 pixels only (JPEG quality {}): they read as "
     "unevenness of the skin.",
     "Das {}-Foto hält Farbe nur in Blöcken von 16 Pixeln fest (JPEG-Qualität {}): sie sehen wie "
     "Ungleichmäßigkeit der Haut aus."},
    {"Use the camera's original file, not one from a messenger or the web.",
     "Die Originaldatei der Kamera nehmen, keine aus einem Messenger oder dem Netz."},
    {"The {} photo has {} times the noise.", "Das {}-Foto rauscht {}-mal so stark."},
    {"Plain skin of the {} photo is {} times as blotchy in colour: noise or compression.",
     "Glatte Haut auf dem {}-Foto ist {}-mal so fleckig in der Farbe: Rauschen oder Kompression."},
    {"Use more light, so that the camera need not amplify, and the camera's original file.",
     "Mehr Licht nehmen, damit die Kamera nicht verstärken muss, und die Originaldatei der "
     "Kamera."},
    {"Use more light, so that the camera need not amplify.",
     "Mehr Licht nehmen, damit die Kamera nicht verstärken muss."},
    {"The photos have different colour profiles ({}, {}); both were converted.",
     "Die Fotos haben verschiedene Farbprofile ({}, {}); beide wurden umgerechnet."},
    {"Use the same camera and file type for every session.",
     "Für jede Sitzung dieselbe Kamera und Dateiart nehmen."},
    {"Switch mirroring off in the camera, or say which photo is mirrored.",
     "Das Spiegeln in der Kamera abschalten oder sagen, welches Foto gespiegelt ist."},
    {"Photograph the same view of the same person, or give points by hand.",
     "Dieselbe Ansicht derselben Person fotografieren oder Punkte von Hand angeben."},
    {"Compare the photos as the camera saved them, without dates, bars or marks.",
     "Die Fotos so vergleichen, wie die Kamera sie gespeichert hat, ohne Datum, Balken oder "
     "Zeichen."},
    {"A date, a bar or a watermark lies on {} % of the skin; that is left out.",
     "Ein Datum, ein Balken oder ein Wasserzeichen liegt auf {} % der Haut; sie ist ausgelassen."},
    {"Photograph the same view from the same distance.",
     "Dieselbe Ansicht aus demselben Abstand fotografieren."},
    {"{} % of the skin could be laid on each other; the rest is left out",
     "{} % der Haut ließen sich aufeinanderlegen; der Rest ist ausgelassen"},
    {"{} % of the skin could be laid on each other; the rest is left out.",
     "{} % der Haut ließen sich aufeinanderlegen; der Rest ist ausgelassen."},
    {"Laid on each other, the skin looks too unlike ({}) to say that it is the same; are both "
     "photos "
     "of one person?",
     "Aufeinandergelegt sieht die Haut zu verschieden aus ({}), um dieselbe zu sein; zeigen beide "
     "Fotos eine Person?"},
    {"laid on each other, the skin looks too unlike ({}) to say that it is the same; are both "
     "photos "
     "of one person?",
     "aufeinandergelegt sieht die Haut zu verschieden aus ({}), um dieselbe zu sein; zeigen beide "
     "Fotos eine Person?"},
    {"The two photos do not show the same skin well enough: {} % of the skin could be laid on each "
     "other, at a similarity of {}.",
     "Die beiden Fotos zeigen nicht gut genug dieselbe Haut: {} % ließen sich aufeinanderlegen, "
     "bei "
     "einer Ähnlichkeit von {}."},
    {"the two photos do not show the same skin well enough: {} % of the skin could be laid on each "
     "other, at a similarity of {}",
     "die beiden Fotos zeigen nicht gut genug dieselbe Haut: {} % ließen sich aufeinanderlegen, "
     "bei "
     "einer Ähnlichkeit von {}"},
    {"The photos agree too little ({} of 1) to be sure that they show the same skin.",
     "Die Fotos stimmen zu wenig überein ({} von 1), um sicher dieselbe Haut zu zeigen."},
    {"Check that both photos show the same person and view, in alike light.",
     "Prüfen, ob beide Fotos dieselbe Person und Ansicht in ähnlichem Licht zeigen."},
    {"Both files seem to be one and the same shot, saved in two ways: no time lies between them, "
     "and "
     "no change is told.",
     "Beide Dateien scheinen dieselbe Aufnahme zu sein, zweifach gespeichert: dazwischen liegt "
     "keine "
     "Zeit, und von keiner Veränderung wird berichtet."},
    {"Choose two photos from two sessions.", "Zwei Fotos aus zwei Sitzungen wählen."},
    {"More than one face is in the {}: the largest was taken.",
     "Mehr als ein Gesicht ist auf dem {}: das größte wurde genommen."},
    {"Choose untreated skin that both photos show well as control zone.",
     "Als Kontrollzone unbehandelte Haut wählen, die beide Fotos gut zeigen."},
    {"Too little of the control zone is on both photos: changes are told without it.",
     "Von der Kontrollzone ist auf beiden Fotos zu wenig: Änderungen stehen ohne sie da."},
    {"Both files hold the same picture, pixel for pixel: no time lies between them.",
     "Beide Dateien enthalten dasselbe Bild, Pixel für Pixel: Zwischen ihnen liegt keine Zeit."},
    {"Crop the photos to one person.", "Die Fotos auf eine Person zuschneiden."},
    {"The face has another expression or angle (skin moved by {} % of the face): folds, blood and "
     "shading change with it.",
     "Das Gesicht hat einen anderen Ausdruck oder Winkel (die Haut bewegte sich um {} % des "
     "Gesichts): Falten, Durchblutung und Schatten ändern sich damit."},
    {"Ask for a neutral face with the mouth closed, every time.",
     "Jedes Mal um ein neutrales Gesicht mit geschlossenem Mund bitten."},
    {"Taken together the photos differ in their taking (mismatch {}, fine up to {}), most of all "
     "in "
     "{} and {}.",
     "Alles zusammen sind die Fotos verschieden aufgenommen (Abweichung {}, gut bis {}), vor allem "
     "in {} und {}."},
    {"Keep distance, light, lens and focus the same at every session.",
     "Abstand, Licht, Objektiv und Schärfe bei jeder Sitzung gleich halten."},
    {"Give the earlier photo first.", "Das frühere Foto zuerst nennen."},
    {"The photo called before was taken after the other one ({}, {}): every change reads "
     "backwards.",
     "Das Vorher-Foto entstand nach dem anderen ({}, {}): jede Veränderung liest sich rückwärts."},
    {"no face with landmarks in both photos, and too few skin features agree; give {}",
     "auf keinem der Fotos zusammen ein Gesicht mit Landmarken, und zu wenige Merkmale der Haut "
     "stimmen überein; nötig: {}"},
    {"no face was found", "kein Gesicht gefunden"},
    {"Switch off filters, picture styles and HDR, and use one camera app.",
     "Filter, Bildstile und HDR ausschalten und immer dieselbe Kamera-App nehmen."},
    {"The photos have different tone curves (contrast of the after photo {} %, saturation {} %), "
     "as "
     "filters, picture styles and HDR make them; it was undone before measuring.",
     "Die Fotos haben verschiedene Tonkurven (Kontrast des Nachher-Fotos {} %, Sättigung {} %), "
     "wie "
     "Filter, Bildstile und HDR sie machen; vor dem Messen wurde das zurückgenommen."},
    {"Use the camera's own colour photo, without a black-and-white or toning filter.",
     "Das Farbfoto der Kamera verwenden, ohne Schwarz-Weiß- oder Tonungsfilter."},
    {"Both photos are black-and-white or toned: brown and red cannot be read from them.",
     "Beide Fotos sind schwarz-weiß oder getont: Braun und Rot sind daraus nicht zu lesen."},
    {"The {} photo is black-and-white or toned: brown and red cannot be read from it.",
     "Das {}-Foto ist schwarz-weiß oder getont: Braun und Rot sind daraus nicht zu lesen."},
    {"a photo without colour shows no pigment", "ein Foto ohne Farbe zeigt kein Pigment"},
    {"none of them could be compared", "keine davon war zu vergleichen"},
    {"on one of the photos they do not stand out at all",
     "auf einem der Fotos heben sie sich gar nicht ab"},
};

/* The place comes before the amount, as German has it. */
static const sd_headline_words HEADLINE[] = {
    {"scar_relief", "Narben treten %2$s um %1$s weniger hervor",
     "Narben treten %2$s um %1$s stärker hervor"},
    {"rough_mid", "die mittlere Struktur ist %2$s um %1$s glatter",
     "die mittlere Struktur ist %2$s um %1$s rauer"},
    {"rough_coarse", "die grobe Struktur ist %2$s um %1$s glatter",
     "die grobe Struktur ist %2$s um %1$s rauer"},
    {"melanin_rel", "braunes Pigment ist gegen die übrige Haut %2$s um %1$s weniger",
     "braunes Pigment ist gegen die übrige Haut %2$s um %1$s mehr"},
    {"hb_rel", "die Rötung gegen die übrige Haut ist %2$s um %1$s geringer",
     "die Rötung gegen die übrige Haut ist %2$s um %1$s stärker"},
    {"brown_load", "braune Flecken machen %2$s um %1$s weniger aus",
     "braune Flecken machen %2$s um %1$s mehr aus"},
    {"red_load", "rote Stellen machen %2$s um %1$s weniger aus",
     "rote Stellen machen %2$s um %1$s mehr aus"},
    {NULL, NULL, NULL}};

static const sd_place_words PLACES[] = {{"forehead", "auf der Stirn"},
                                        {"glabella", "zwischen den Brauen"},
                                        {"nose", "auf der Nase"},
                                        {"left_cheek", "auf der linken Wange"},
                                        {"right_cheek", "auf der rechten Wange"},
                                        {"left_periorbital", "um das linke Auge"},
                                        {"right_periorbital", "um das rechte Auge"},
                                        {"perioral", "um den Mund"},
                                        {"chin", "am Kinn"},
                                        {"all_skin", "auf der gesamten Haut"},
                                        {"roi", "im Messbereich"},
                                        {NULL, NULL}};

const sd_strings SD_STRINGS_GERMAN = {
    .language = "de",
    .title = "Vorher und nachher",
    .title_case_format = "Vorher und nachher: %s",
    .before = "Vorher",
    .after = "Nachher",
    .treatment = "Behandlung",
    .date_unknown = "Datum nicht verzeichnet",
    .refused = "Diese beiden Fotos lassen sich nicht ehrlich vergleichen.",
    .forced =
        "Diese beiden Fotos sind nicht vergleichbar. Die Zahlen unten wurden trotzdem verlangt; "
        "sie können die Fotos zeigen statt der Haut.",
    .not_aligned = "Die beiden Fotos ließen sich nicht aufeinanderlegen.",
    .others_detected = "Einige Werte der Tabelle haben sich geändert.",
    .nothing_detected = "Keine Veränderung war nachweisbar.",
    .nothing_measured = "An diesem Paar war nichts messbar.",
    .less_format = "%s weniger",
    .more_format = "%s mehr",
    .finding_format = "%s (%s): %s",
    .headline = HEADLINE,
    .places = PLACES,
    .headline_again_format = "%2$s um %1$s",
    .place_format = "in der Zone %s",
    .scars_changed_format = "von %zu verglichenen Stellen, die wie Narben aussehen, sind %zu "
                            "weniger und %zu stärker sichtbar (durch Zufall allein: %s)",
    .sure = "Jede davon ist größer, als Zufall, Ausrichtung und wiederholte Fotos erklären (95 %).",
    .care = "Mit Vorsicht zu lesen: die Fotos wurden nicht ganz gleich aufgenommen (siehe unten).",
    .good = "Die beiden Fotos sind für diesen Vergleich gleich genug aufgenommen.",
    .unseen_format = "Das beweist nicht, dass sich nichts verändert hat. Das Geringste, was diese "
                     "Fotos hätten zeigen können, ist %s; anderswo braucht es mehr.",
    .unseen_row_format = "%s weniger (%s, %s)",
    .other_format = "Weitere sichere Veränderungen in der Tabelle: %d. Werte ohne nachweisbare "
                    "Veränderung: %d.",
    .interval_format = "%s bis %s",
    .headline_interval_format = "95-%%-Intervall %s bis %s",
    .match_heading = "Wurden die Fotos gleich aufgenommen?",
    .match_comparable = "Vergleichbar",
    .match_care = "Mit Vorsicht vergleichbar",
    .match_refused = "Nicht vergleichbar",
    .family_colour = "Farbe",
    .family_texture = "Struktur",
    .family_geometry = "Geometrie",
    .advice_heading = "Nächstes Mal:",
    .no_reasons = "Schärfe, Licht, Belichtung und Haltung stimmen überein.",
    .taking_caption = "Wie sie aufgenommen wurden",
    .taking_distance = "Abstand",
    .taking_light = "Licht",
    .taking_pose = "Haltung",
    .taking_focus = "Schärfe",
    .taking_alike = "gleich: so lassen",
    .taking_differs = "verschieden",
    .taking_light_format = "Belichtung %s Blenden, aus %.0f°",
    .taking_even_format = "Belichtung %s Blenden, gleichmäßig",
    .taking_exposure_format = "Belichtung %s Blenden",
    .taking_pose_format = "gedreht %s°, geneigt %s°",
    .taking_focus_format = "Kanten %.1f Pixel breit",
    .column_next_time = "Nächstes Mal",
    .slider_heading = "Dieselbe Haut, vorher und nachher",
    .slider_hint =
        "NACHHER liegt auf VORHER; Farben und Licht sind unverändert. Den Teiler mit Maus, "
        "Finger oder Pfeiltasten bewegen.",
    .slider_label = "Teiler zwischen vorher und nachher",
    .maps_heading = "Wo es sich verändert hat",
    .maps_hint =
        "Kräftige Farbe: eine Veränderung, die aus dem Rauschen ragt. Blass: könnte Zufall "
        "sein. Dieselbe Farbe heißt in jedem Bericht dieselbe Veränderung. Auf der Karte des "
        "Reliefs tragen veränderte Narben die Farbe ihrer eigenen Veränderung, wie in der "
        "Tabelle.",
    .alt_before = "Die Haut vor der Behandlung",
    .alt_after = "Dieselbe Haut danach, auf das Vorher-Foto ausgerichtet",
    .alt_side = "Beide Fotos nebeneinander",
    .alt_zones = "Die gemessenen Zonen mit ihren Namen; schraffierte Pixel sind ausgelassen",
    .alt_registration_format = "Das Netz des Nachher-Fotos auf dem Vorher-Foto und der Fehler der "
                               "Ausrichtung: die Hälfte der Haut liegt innerhalb von %s",
    .alt_map_format = "Karte der Veränderung: %s. %s",
    .map_nothing = "Keine sichere Veränderung in einer Zone.",
    .what_melanin = "braunes Pigment",
    .what_haemoglobin = "Rötung",
    .what_relief = "scheinbares Relief",
    .face_map_heading = "Zone für Zone",
    .face_map_hint =
        "Die sichere Veränderung jeder Zone, in den Farben der Karten. = : keine "
        "nachweisbare Veränderung. Schraffiert: nicht messbar. Die Intervalle stehen bei "
        "den Zahlen.",
    .face_map_alt_format = "%s: %s.",
    .face_map_row_format = "%s %s",
    .face_map_none = "keine nachweisbare Veränderung",
    .face_map_unmeasured = "nicht messbar",
    .scars_heading = "Was wie Narben aussieht",
    .scars_hint =
        "Umrandet sind scheinbares Relief, das wie eine Narbe aussieht, und braune oder rote "
        "Flecken, "
        "gefunden auf beiden Fotos zusammen; die Linie sagt, ob sie weniger oder mehr zu sehen "
        "sind. "
        "Grobe Poren und kleine Falten können darunter sein; erhaben und eingesunken sehen auf "
        "einem "
        "Foto gleich aus. Kleine, scharfe Flecken, die viel dunkler als die Haut ringsum sind und "
        "bleiben, gelten als Nävi: sie dienen als Landmarken, und über sie wird nichts gesagt. Die "
        "Nummern sind die von scars.csv; was sich verändert hat, steht vorn.",
    .alt_scars_before = "Vorher-Foto mit umrandeten Stellen, die wie Narben aussehen.",
    .alt_scars_after = "Nachher-Foto mit denselben Umrandungen.",
    .closeups_heading = "Aus der Nähe: die am meisten veränderten",
    .alt_closeups = "Nahaufnahmen der am meisten veränderten und der stärker sichtbaren Narben: "
                    "vorher, nachher und die Karte der Veränderung.",
    .scar_table_caption = "Veränderte Narben",
    .scar_counts_format = "Von %zu Stellen sind %zu weniger sichtbar (davon %zu, bis sie nicht "
                          "mehr hervortreten) und "
                          "%zu stärker sichtbar (davon %zu neu); %zu zeigen keine nachweisbare "
                          "Veränderung, %zu waren "
                          "nicht vergleichbar.",
    .scar_reduced = "weniger sichtbar",
    .scar_resolved = "tritt nicht mehr hervor",
    .scar_unchanged = "nicht nachweisbar",
    .scar_enlarged = "stärker sichtbar",
    .scar_new = "neu",
    .scar_unmatched = "nicht vergleichbar",
    .column_number = "Nr.",
    .column_kind = "Sieht aus wie",
    .column_diameter = "Durchmesser (95-%-Intervall)",
    .too_large_format = "Wegen seiner Größe nicht in dieser Datei: images/%s",
    .figures_heading = "Die Zahlen",
    .figures_hint =
        "Der Punkt ist die Veränderung, die Linie ihr 95-%-Intervall, das graue Band, was von "
        "keiner "
        "Veränderung nicht zu unterscheiden ist (MDC). Eine Veränderung zählt, wenn sie das Band "
        "verlässt, ihr Intervall die Null nicht enthält und sie unter allen betrachteten Werten "
        "noch "
        "hervorragt (Korrektur nach Holm): von vielen sehen manche zufällig verändert aus. OD ist "
        "optische Dichte: mit 0,01 OD mehr von einem Pigment gibt die Haut rund 1 % weniger von "
        "dem "
        "Licht zurück, das dieses Pigment schluckt. ln ist der natürliche Logarithmus des Lichts.",
    .column_what = "Was",
    .column_change = "Veränderung (95-%-Intervall)",
    .column_verdict = "Urteil",
    .column_chart = "Bild",
    .chart_format = "Veränderung %s, 95-%%-Intervall %s bis %s, kleinste nachweisbare %s",
    .mdc_format = "nachweisbar ab %s",
    .no_figures = "Für dieses Paar werden keine Zahlen zur Veränderung genannt.",
    .improved = "verbessert",
    .worsened = "verschlechtert",
    .changed = "verändert",
    .no_change = "nicht nachweisbar",
    .not_measurable = "nicht messbar",
    .unmeasured_format = "Nicht messbar (%d)",
    .column_reason = "Warum",
    .column_zone = "Zone",
    .registration_heading = "Wie die Fotos aufeinandergelegt wurden",
    .registration_format =
        "%.0f %% der gemessenen Haut haben ein verlässliches Gegenstück; die Hälfte "
        "davon liegt innerhalb von %.2g px",
    .registration_mm_format = " (%.2g mm)",
    .limits_heading = "Was nicht gemessen wurde",
    .excluded_heading = "In den Zonen ausgelassen:",
    .excluded_none = "nichts",
    .limits =
        {"Ein Foto von vorn kann nicht sagen, wie tief eine Narbe ist, noch ihr Volumen. Relief "
         "heißt hier scheinbares Relief: Licht und Schatten auf der Haut.",
         "Eine Veränderung des ganzen Gesichts auf einmal, etwa Bräune, ist ohne Farbkarte im "
         "Foto nicht von Licht und Weißabgleich zu unterscheiden.",
         "Auch Make-up, Creme, Temperatur, Schlaf und Mimik verändern Haut auf Fotos.",
         "Der Vergleich sagt, was zwischen zwei Fotos verschieden ist, nicht, was es bewirkt hat.",
         "Er ist keine Diagnose und kein Grad einer klinischen Skala.", NULL},
    .formulas = {"Optische Dichte: D = -ln(R, G, B) linearen Lichts. Melanin m und Hämoglobin h "
                 "lösen D = m vm + h "
                 "vh + s (1, 1, 1)/Wurzel 3, die Achsen nach veröffentlichten Spektren (Jacques "
                 "1998; Prahl) für "
                 "den Ton der Haut.",
                 "Struktur: ln-Verhältnis des Effektivwerts der Schattierung in den Bändern "
                 "0,25-0,8, 0,8-3 und "
                 "3-8 mm, ohne Rauschen (nach Immerkaer 1996).",
                 "Flecken und Stellen: ln-Verhältnis des Mehr an Pigment in Umrissen, die auf dem "
                 "Mittel beider "
                 "Fotos gefunden sind; Kontrast der Flecken in CIEDE2000 (Sharma u. a. 2005).",
                 "Narben: jede Stelle an ihrem eigenen Muster; Grenzen des Verhältnisses nach "
                 "Fieller (1954).",
                 "Ausrichtung: kleinste Quadrate auf den Pixeln (Lucas und Kanade 1981; Baker und "
                 "Matthews 2004), "
                 "geprüft durch Hin- und Rückweg.",
                 "Intervall: Block-Bootstrap über Kacheln der Haut (Kunsch 1989), verbunden mit "
                 "Aufnahme und "
                 "Ausrichtung, Students t mit Freiheitsgraden nach Satterthwaite (1946).",
                 "MDC: die Veränderung, die das Intervall keiner Veränderung gerade verließe. "
                 "Urteile: Holm (1979) "
                 "über alle Werte, Niveau 5 %.",
                 NULL},
    .method_heading = "Verfahren, Einstellungen und Dateien",
    .method_text =
        "Beide Fotos werden aufrecht gedreht und nach ihrem Farbprofil in lineares Licht "
        "umgerechnet. "
        "NACHHER wird mit einer glatten Abbildung auf VORHER gelegt. Struktur wird auf den eigenen "
        "Pixeln jedes Fotos gemessen, nachdem das schärfere dem weicheren angeglichen ist. Die "
        "Intervalle enthalten die Stichprobe über Kacheln der Haut, Ausrichtung und "
        "Wiederholbarkeit; "
        "Urteile sind für die Zahl der Werte korrigiert (Holm).",
    .version = "scardelta",
    .settings = "Einstellungen",
    .settings_default = "alle in der Voreinstellung",
    .hash = "SHA-256",
    .size = "Pixel",
    .camera = "Kamera",
    .profile = "Farbprofil",
    .profile_assumed = "angenommen, die Datei nennt keines",
    .taken = "Aufgenommen",
    .scale = "Maßstab",
    .scale_unknown = "unbekannt: nichts wird in mm gesagt",
    .reference = "Farbreferenz",
    .reference_none = "keine: absolute Farbe wird nicht gemessen",
    .reference_grey = "Graukarte: Weißabgleich und Belichtung",
    .reference_chart_format = "ColorChecker, im Mittel um CIEDE2000 %.1f daneben",
    .reference_unusable_format = "nicht brauchbar: %s",
    .licence = "Lizenz des Vorher-nachher-Teilers",
    .totals_caption = "Narben und Flecken jeder Zone, zusammengezählt",
    .column_count = "Auffällige Zahl, vorher und nachher",
    .column_area = "Fläche (95-%-Intervall)",
    .column_contrast = "Mittlerer Kontrast und seine Veränderung (95-%-Intervall)",
    .count_format = "%zu, %zu (von %zu)",
    .contrast_format = "von %.3f %s auf %.3f %s: %s, %s",
    .ratings_heading = "Größen der Narben, und was Beurteilende fanden",
    .ratings_hint =
        "Gezählt sind Stellen, die wie Narben aussehen und sich von der Haut ringsum abheben; ein "
        "Foto hat keine Tiefe, daher folgt daraus kein klinischer Grad. Beurteilungen sind die der "
        "angegebenen Datei, von Menschen am Patienten gemacht; ihre Summe ist die des Bogens.",
    .ratings_none = "Es wurde keine Beurteilung angegeben (--rating).",
    .sizes_caption = "In den Fotos gezählt, nach Durchmesser",
    .ratings_caption = "Wie beurteilt",
    .column_size = "Durchmesser",
    .column_number_before = "Zahl vorher",
    .column_number_after = "Zahl nachher",
    .column_area_before = "Fläche vorher (95-%-Intervall)",
    .column_area_after = "Fläche nachher (95-%-Intervall)",
    .column_form = "Bogen",
    .column_rater = "Beurteilt von",
    .column_difference = "Unterschied",
    .size_under_format = "unter %.0f\xc2\xa0mm",
    .size_between_format = "%.0f bis %.0f\xc2\xa0mm",
    .size_over_format = "über %.0f\xc2\xa0mm",
    .pdf_rating_format = "%s, %s: vorher %s, nachher %s",
    .hash_left_out = "ausgelassen",
    .decimal = ',',
    .sayings = SAYINGS,
    .saying_count = sizeof SAYINGS / sizeof *SAYINGS,
    .picture =
        {
            .before = "VORHER",
            .after = "NACHHER",
            .after_not_aligned = "NACHHER (nicht ausgerichtet)",
            .change = "DIFFERENZ",
            .map_titles = {"Veränderung braunen Pigments (Melanin)",
                           "Veränderung der Rötung (Hämoglobin)",
                           "Veränderung des scheinbaren Reliefs"},
            .map_less = {"heller", "weniger rot", "glatter"},
            .map_more = {"dunkler", "röter", "rauer"},
            .no_change = "unverändert",
            .not_measured = "nicht gemessen",
            .faint = "blass: könnte Zufall sein",
            .faint_format = "blass innerhalb %s: könnte Zufall sein",
            .faint_all = "blass: alles davon könnte Zufall sein",
            .scale_unknown = "kein Balken in mm: der Maßstab ist nicht bekannt",
            .zones_note = "nicht gemessen (Haar, Glanz, Schatten, ...)",
            .error_title = "Fehler der Ausrichtung (95 %)",
            .exact = "genau",
            .uncertain = "unsicher",
            .no_counterpart = "kein Gegenstück",
            .grid_title = "Netz von NACHHER auf VORHER",
            .grid_note = "Wo sich die Quadrate biegen, bewegte sich das Gesicht oder zeigt eine "
                         "andere Seite.",
        },
    .viewer =
        {
            .hint = "Vergrößern: Strg und Rad, zwei Finger oder + und −; verschieben: ziehen oder "
                    "Umschalt und "
                    "Pfeiltaste. Beide Fotos bewegen sich zusammen.",
            .tools = "Werkzeuge des Bildes",
            .blink = "Blinken",
            .stop = "Anhalten",
            .zoom_in = "Vergrößern",
            .zoom_out = "Verkleinern",
            .fit = "Ganz",
            .native = "1:1",
            .layer = "Ebene",
            .no_layer = "keine",
            .layer_scars = "Narben",
            .layer_zones = "Zonen",
            .zones_key = "Umrandet: die gemessenen Zonen, jede in ihrer Mitte benannt. Haar, Glanz "
                         "und Schatten darin sind ausgelassen.",
            .layer_error = "Fehler der Ausrichtung",
            .levels = {"Melanin jedes Fotos, gegen seinen Median",
                       "Hämoglobin jedes Fotos, gegen seinen Median",
                       "Relief jedes Fotos, 0,8 bis 3 mm"},
            .level_low = {"weniger", "weniger", "Schatten"},
            .level_high = {"mehr", "mehr", "Licht"},
            .share_format = "{} % vorher, der Rest nachher",
            .native_format = "Bei 1:1 ist ein Pixel des Bildschirms %d Pixel des Fotos.",
        },
    .index =
        {
            .title = "Alle Personen",
            .hint =
                "Eine Zeile je Vergleich einer ersten Sitzung mit einer späteren. Die Zahlen "
                "zählen "
                "Werte, die sich verbessert, verschlechtert, ohne besser oder schlechter verändert "
                "haben, keine nachweisbare Veränderung zeigen oder nicht messbar waren. Alle "
                "Zahlen stehen in summary.csv.",
            .search = "Suchen",
            .columns = {"Person", "Ansicht", "Vorher", "Nachher", "Vergleichbar?", "Verbessert",
                        "Verschlechtert", "Verändert", "Unverändert", "Nicht messbar", "Bericht"},
            .failed = "gescheitert",
            .nothing = "nichts zu vergleichen",
            .not_aligned = "nicht ausrichtbar",
            .no = "nein",
            .yes = "ja",
            .with_care = "mit Vorsicht",
            .report = "Bericht",
        },
    .inspect =
        {
            .not_measured = "nicht gemessen",
            .not_recorded = "nicht verzeichnet",
            .none_found = "keines gefunden",
            .unknown = "unbekannt",
            .yes_format = "ja (Güte %.2f)",
            .no = "nein",
            .assumed = " (angenommen)",
            .shot = "Aufnahme",
            .flash = "Blitz",
            .fired = "ausgelöst",
            .no_flash = "nein",
            .balance = "Weißabgleich",
            .automatic = "automatisch",
            .manual = "von Hand",
            .taken = "Datum",
            .camera = "Kamera",
            .lens = "Objektiv",
            .software = "Software",
            .pixels = "Pixel",
            .profile = "Farbprofil",
            .face = "Gesicht",
            .turned = "Gedreht",
            .turned_format = "%+.1f° (Gieren)",
            .nod = "Genickt",
            .nod_format = "%+.1f° (Nicken)",
            .tilt = "Geneigt",
            .tilt_format = "%+.1f° (Rollen)",
            .scale = "Maßstab",
            .scale_format = "%.3g mm/px (%.3g bis %.3g, %s)",
            .light = "Licht",
            .light_even = "gleichmäßig, ohne Richtung",
            .light_format = "aus %.0f°, %.0f %% Seitenlicht",
            .sharpness = "Schärfe",
            .sharpness_format = "Kanten steigen in %.1f px",
            .noise = "Rauschen",
            .noise_format = "%.1f von 255",
            .exposure = "Belichtung",
            .exposure_format = "%+.1f Blenden",
            .clipped = "Überbelichtet",
            .dark = "Zu dunkel",
            .share_format = "%.1f %% der Haut",
            .cast = "Farbstich",
            .cast_format = "ln R/G %+.2f, ln B/G %+.2f",
            .jpeg = "JPEG",
            .jpeg_format = "Qualität %d",
            .left_out = "In den Zonen ausgelassen",
            .row_photo = "Foto",
            .row_taken = "aufgenommen",
            .row_camera = "Kamera",
            .row_lens = "Objektiv",
            .row_focal = "Brennweite",
            .row_shot = "Aufnahme",
            .row_flash = "Blitz, Weißabgleich",
            .row_software = "Software",
            .row_pixels = "Pixel",
            .row_profile = "Farbprofil",
            .row_face = "Gesicht",
            .row_pose = "Gieren Nicken Rollen",
            .row_scale = "Maßstab mm/px",
            .row_edge = "Kantenbreite",
            .row_noise = "Rauschen",
            .row_exposure = "Belichtung",
            .row_clipped = "überbelichtet",
            .row_dark = "zu dunkel",
            .row_cast = "ln R/G, B/G",
            .row_light = "Licht",
            .row_jpeg = "JPEG-Qualität",
            .equivalent_format = "%.3g mm (KB %.0f mm)",
            .cell_flash = {"-", "kein Blitz", "Blitz"},
            .cell_balance = {"-", "automatisch", "von Hand"},
            .cell_light_format = "aus %.0f Grad, %.0f %%",
            .cell_even = "gleichmäßig",
            .traced_format = "%d, danach neu gespeichert",
            .cell_noise_format = "%.2f von 255",
            .shares = "Anteil an der Haut",
            .shares_left_out = "in Zonen ausgelassen",
            .card_unusable_format = "die Farbkarte ist nicht brauchbar: %s\n",
            .card_grey = "Graukarte: Weißabgleich und Belichtung sind bekannt\n",
            .card_format = "ColorChecker%s: %d Felder, im Mittel um CIEDE2000 %.2f daneben, "
                           "höchstens %.2f, Licht um %.0f %% ungleichmäßig\n",
            .card_found = " gefunden",
        },
    .course =
        {
            .title = "Haut im Verlauf",
            .title_case_format = "Haut im Verlauf · %s",
            .span_format = "%zu Sitzungen mit %zu Fotos, %s bis %s",
            .span_undated_format = "%zu Sitzungen mit %zu Fotos, in der angegebenen Reihenfolge",
            .no_trend = "Kein Trend ist erkennbar.",
            .nothing_detected_format = "Kein nachweisbarer Trend in %d Werten.",
            .too_few_format =
                "%zu Sitzungen antworten: ein Trend braucht %d mit Datum. Was von der "
                "ersten Sitzung abweicht, steht unten.",
            .changed_format = "%s, %s: %s bis %s",
            .nothing_changed =
                "Keine nachweisbare Veränderung von der ersten bis zur letzten Sitzung.",
            .finding_format = "%s, %s: %s im Monat",
            .interval_format = "95-%%-Intervall %s bis %s",
            .others_format = "und %d weitere; alle Werte stehen unten",
            .pictures_heading = "Dieselbe Haut bei jeder Sitzung",
            .pictures_hint =
                "Jedes Foto liegt auf dem Rahmen der ersten Sitzung: dieselbe Stelle ist am "
                "selben Ort. Licht und Farbe sind wie fotografiert.",
            .strip_alt_format = "%zu Sitzungen nebeneinander, aufeinander ausgerichtet",
            .animation = "Nacheinander zeigen",
            .animation_alt = "Die Sitzungen nacheinander in einem Rahmen",
            .sessions_heading = "Sitzungen",
            .column_session = "Nr.",
            .column_date = "Datum",
            .column_photos = "Fotos",
            .column_camera = "Kamera",
            .column_notes = "Anmerkungen",
            .date_unknown = "unbekannt",
            .date_from_name = "aus dem Namen der Datei",
            .date_from_folder = "aus dem Namen des Ordners",
            .camera_unknown = "nicht genannt",
            .is_reference = "alle anderen werden damit verglichen",
            .is_template = "alle anderen werden darauf ausgerichtet",
            .healing_format =
                "%.0f Tage nach einer Behandlung: noch in Heilung, die Rötung ist gezeigt "
                "und nicht im Trend",
            .outlying = "in vielen Werten weit vom Trend: bitte die Aufnahme prüfen",
            .other_camera = "eine andere Kamera: Trends geben ihr einen eigenen Versatz",
            .darker = "unbehandelte Haut ist insgesamt dunkler: Bräune",
            .lighter = "unbehandelte Haut ist insgesamt heller: weniger Bräune",
            .treatment = "Behandlung",
            .charts_heading = "Veränderung gegen die erste Sitzung",
            .charts_hint =
                "Balken sind 95-%-Intervalle. Was im grauen Band liegt, ist von keiner "
                "Veränderung nicht zu unterscheiden. Nicht messbare Sitzungen sind Lücken.",
            .legend_point = "Sitzung",
            .legend_left_out = "in Heilung: nicht im Trend",
            .legend_outlying = "weit vom Trend",
            .legend_camera = "andere Kamera",
            .legend_band = "keine nachweisbare Veränderung",
            .legend_line = "Trend",
            .legend_treatment = "Behandlung",
            .trend_format = "%s im Monat (%s bis %s)",
            .last_format = "Zuletzt: %s (%s bis %s)",
            .point_format = "%s: %s (%s bis %s)",
            .chart_alt_format = "%s, %s, %d Sitzungen. %s",
            .more_zones_format = "Keine nachweisbare Veränderung in den übrigen Zonen: %s. Ihre "
                                 "Diagramme stehen auf der Seite selbst.",
            .unmeasured_format = "%d Werte waren in keiner Sitzung messbar.",
            .month_format = "%s im Monat",
            .camera_offset_format = "Kamera %d gegen die erste: %s (%s bis %s)",
            .limits_heading = "Was dies nicht sagen kann",
            .limits =
                {"Ein Trend sagt, wie sich Haut mit der Zeit verändert hat, nicht wodurch.",
                 "Ein Foto von vorn kann nicht sagen, wie tief eine Narbe ist: Relief heißt hier "
                 "scheinbares Relief.",
                 "Eine Veränderung des ganzen Gesichts, etwa Bräune, ist nur zu erkennen, wo Fotos "
                 "eine Farbkarte zeigen.",
                 "Haut muss sich nicht gleichmäßig verändern: eine Gerade durch wenige Sitzungen "
                 "fasst zusammen.",
                 "Er ist keine Diagnose und kein Grad einer klinischen Skala.", NULL},
            .method_heading = "Verfahren",
            .method_text =
                "Ein Foto, die Vorlage, wird auf alle anderen ausgerichtet, und jedes Foto wird "
                "über sie "
                "mit der ersten Sitzung verglichen, in denselben Zonen und auf der Haut, die alle "
                "zeigen. Mehrere Fotos eines Tages werden gemittelt. Der Trend ist der Median der "
                "Steigungen zwischen allen Paaren von Sitzungen (Theil 1950, Sen 1968); sein "
                "Intervall "
                "kommt aus den Fehlern der Sitzungen, erweitert, wo sie mehr streuen, als diese "
                "erlauben. Urteile sind für die Zahl der Werte korrigiert (Holm).",
            .template_format = "Vorlage: %s.",
            .undated =
                "Nicht jedes Foto hat ein Datum: die Reihenfolge ist die angegebene, und es gibt "
                "keine Trends.",
            .ratings_heading = "Größen der Narben, und was Beurteilende fanden",
            .ratings_hint =
                "Beurteilungen sind die der angegebenen Datei, von Menschen am Patienten gemacht; "
                "ihre "
                "Summe ist die des Bogens. Gezählt sind Stellen, die wie Narben aussehen, gefunden "
                "im "
                "Foto jeder Sitzung zusammen mit dem ersten: wie viele sich in der ersten Sitzung "
                "abheben, dann in dieser. Ein klinischer Grad folgt daraus nicht.",
            .ratings_caption = "Wie beurteilt",
            .column_rater = "Bogen, beurteilt von",
            .sizes_caption = "In den Fotos gezählt, nach Durchmesser",
            .size_counts_format = "%zu, %zu",
            .scars_hint =
                "Gezählt so, wie die letzte Sitzung sie zeigt, die sie vergleicht. Jede Stelle "
                "wurde im Foto jeder Sitzung zusammen mit dem ersten gesucht; wo eine Sitzung sie "
                "nicht vergleicht, hat ihre Kurve eine Lücke. Unter so vielen Stellen schiene sich "
                "eine von zwanzig durch Zufall zu verändern: eine Veränderung wird nur genannt, wo "
                "sie sicherer ist als 99 von 100. Ein Ring: wo sie in der ersten "
                "Sitzung liegt; blau weniger sichtbar, orange stärker sichtbar, gelb unverändert.",
            .scars_map_alt =
                "Die erste Sitzung, mit einem nummerierten Ring um jede Stelle der Tabelle",
            .column_curve = "Veränderung gegen die erste Sitzung",
            .scar_curve_alt_format =
                "Stelle %zu: ihre Veränderung bei jeder Sitzung; die Zahlen stehen daneben",
            .more_scars_format = "%zu weitere Stellen stehen in scars.csv.",
        },
    .repeats =
        {
            .title = "Wie sehr sich Fotos eines Besuchs unterscheiden",
            .used_format = "%zu von %zu Paaren waren vergleichbar.",
            .hint = "Jeder Punkt ist ein Paar von Fotos eines Besuchs: der Unterschied der beiden "
                    "Fotos über ihrem Mittel. Durchgezogen: der mittlere Unterschied; gestrichelt: "
                    "die Grenzen der Übereinstimmung, zwischen denen 95 % der Unterschiede liegen; "
                    "grau: ihre 95-%-Intervalle (Bland und Altman 1986, 1999). Hinter jeder Zahl "
                    "steht ihr 95-%-Intervall.",
            .all_zones = "alle Zonen zusammen",
            .column_pairs = "Paare",
            .column_bias = "Mittlerer Unterschied",
            .column_low = "Untere Grenze der Übereinstimmung",
            .column_high = "Obere Grenze der Übereinstimmung",
            .column_mdc = "Kleinste nachweisbare Veränderung",
            .column_within = "SD innerhalb einer Person",
            .plot_alt_format = "%s, %s: Unterschiede von %zu Paaren über ihren Mitteln; die Zahlen "
                               "stehen in der Tabelle darüber",
        },
};
