/**
 * Lower-case words that any medical text has and that are forms of the ADAM table too, by another case or as they stand:
 * its forms that common English prose has, picked by hand, and function words that stand beside them in headings.
 */
const WORDS = `
a about access ache act ad add adds after age aged ages aid aids aim aims alas all alpha also alt amp an and ant any
app apps are area arm arms art arts as ass at ate ave back bad bag ball bar bars base bat be bear bed beta bets bib
bid bin bit bits bop bow box boy bra bun bus but by cab cal call cam came camp camps can cap cape caps car card care
carp cars cart case cash cast cat cats chap chart chat chef chi chip chips chop clip clips coat cod comet con cons
control cop cops cor cos crib cup cups cut dad dam dash data day days de dead deep del delta den der des did die diet
dig dim din dip dips disc dish do doc docs does dog doi don done dope dos dose dot dr drag drip dry du due dump each
ear ears east eat eats ed edu eg egg el en end endo ends eng epi epic era es est eta etc ever exp eye face fad fame
far fast fat few fig fish fit fits flu fly for fork form forms free from fun fur gal gap gaps gas gel gem gems get
gets ghosts give go god got grace gram grit gum gun gut had hag hal half ham hams hand harp has hat have he health
help hen her here hers hid high him hip hips his hit hits hog hole home hop hope hops hose hot how hug hut ice id ie
if ill im in inch inn into ion ions is it its jam jar jaw job kid kids kin kit la lab labs lad lambda lamp lamps lap
laps large las last late law lay le lea lead led leg legs les less let lid lie life like line lines lip lipid lipids
lips list lit ll load loads log long los lot lots low lung lungs ma mac mad made maids main make mam man map maps mar
mars mast mat mats may me meal mean melt men ment met mid mil mind mine mint mit mix mo mod mode mom moms mon moon
more mos most mr mrs ms much mug musk must my nag near nest net new nil no nod non nor nos not now nude null oar oasis
oat oats odd ode of off oh oil old on once one ones only ons op or ore os other our out over own owns pace pact pad
pads page pain pal pals pans par park pas past pat path patients pay pdf pdfs pea peep peg pen pep per pest pet pets
phi pi pic pie pig pin pine pins pip pips pit pita pits plan plate play plus pod pods poet pond pop pore port pos post
pot pots pound pow pre prism pro pub pubs pun pup push put quad quit rad rage rain ram ramp ran range rank ranks rap
rape rare rat rate rats raw ray reach real red reg rem rep res rest results rev rho rib ribs rice rich ride rim rip
rise road rod rods role roll rose rot row run runs sac sacs sad safe sage same sap sat save saw say scan sea seas see
seek seem seen sees self semi sense set sets sex sham shame shape she shock shoe si side sigma sign sims sin sins sip
sir sit site sits six size slam slap slip smart so soap sod soda sofa sol son sons sort spa span spot stable stage
stair star start stat statins stay stem stems step stop str strip such sum summit sums sun sus swap tab table tabs tag
tags take tall tan tap tape taper taps tar task taste tau tax te tea team tease ted tee tempo ten tens term test than
that the their them then there these theta they thin this those thy tic tie ties tilt tim time tin tins tip tips
tissue to toe toes tom ton tone too top tops tot touch toy tract train tram trance trap trees tri trial trim trip tube
tuna two type un und under up us use used uses van var vas vast vat ve very vet via vie vol vs war was wash wave way
we well were wet what when where which while who whole why will win wise with within without word words work yes you
your
`;

/** Units and short signs: never abbreviations in lower case, yet real ones in a text that is all upper case. */
const UNITS = `
ab aka al am bp bpm cc cf ci cm co db df dl eq et ft g-1 gm gr hr hrs hz iu kb kda kg khz km lb m2 mcg meq mg mhz mi
mic min ml mls mm mmhg mmol mms mph mu nd ng nm nmol nr ns pa pg pm pmol pp ppb ppm pt pts rd re ref refs rpm s-1 sd
se sec sp spp sq st sth th ug ul umol viz wk wks yr yrs
`;

const ORDINARY = setOf(WORDS);
const UNIT_SIGNS = setOf(UNITS);

/** @param word in lower case */
export function isOrdinaryWord(word: string): boolean {
  return ORDINARY.has(word);
}

/** @param word in lower case */
export function isUnitSign(word: string): boolean {
  return UNIT_SIGNS.has(word);
}

function setOf(words: string): ReadonlySet<string> {
  return new Set(words.trim().split(/\s+/));
}
