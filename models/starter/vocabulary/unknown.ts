import { listed } from './by-hand.ts';

/**
 * Left unknown although WordNet would say otherwise: words that mean something else before a picture, things the
 * detector was not taught under that label, adjectives in disguise, and words nobody should be answered with.
 */
export const UNKNOWN: ReadonlySet<string> = new Set(
  listed(`
    gourd, magnum, canteen, decanter, carafe, cruet, lota, vial, phial, ampoule,
    lower, upper, berth, lower berth, upper berth, electric, heap, mount, grade, beef, dun, entire, charger, kiss,
    twister, wedge, western, launchpad, grinder, marble, shooter, taw, ordinary, technical, transporter, wreck,
    shipwreck, smack, junk, lumber, urn, album, record album, phonograph album, tea maker, crease,
    dinky, streamliner, commuter, wildcat well, passenger vehicle, toy dog, dog biscuit, crapper, potty, cooler,
    white elephant, mammoth, woolly mammoth, sinker, red hot, snips, snuffers, poor boy, hero, zep,
    cookie, wafer, tortilla, waffle, pancake, nautilus, ark, fish bowl, fishbowl, goldfish bowl, stable companion,
    tractor, coach, runner, guide, speaker, model, pitcher, printer, counter, cooker, mannequin, statue, dummy,
    jersey, boxer, helicopter, male, female, settle, tom, mouser, gig, punt, hoy, pontoon, galley, urchin, okapi,
    punch bag, punching bag, bear claw, reader, user, receiver, bearer, maker, lifter, mover, fill-in, comer,
    embodiment, incarnation, number one, apache, christ, alien, ghoul, top dog, stiff, puke, wag, hell-rooster,
    modern, moderate, romantic, regular, equal, dependent, desperate, stupid, neutralist, national, native, minor,
    major, general, private, compulsive, savage, primitive, conservative, liberal, colonial, professional, deceased,
    dead person, goner, dear, darling, sovereign, elevator man, marine, intermediary, divine, academic,
    antecedent, auxiliary, casual, pursued, drunk-and-disorderly, broth of a boy, enfant terrible, golf widow,
    cripple, imbecile, idiot, moron, pimp, pander, procurer, crone, slob, commie, witch doctor, dwarf, midget,
    wretch, white man, working girl, exotic dancer, bastard, virgin, murder suspect, fresh fish, spook, cannon fodder,
    barnburner, fish house punch, mental case, maniac, psychopath, schizophrenic, lunkhead, mother's daughter, rape suspect,
    sex offender, striptease artist, loose woman, slovenly woman, unpleasant woman, baby farmer, spirit rapper, snowflake,
    flicker, stint, chat, mew, argus, cackler, guinea, reeve, bullbat, white tie, four-in-hand`),
);
