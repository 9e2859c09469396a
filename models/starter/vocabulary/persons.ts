import { listed } from './by-hand.ts';
import type { Group } from './derive.ts';

/** Persons that WordNet lacks, or files under another meaning first; and groups made of nobody but persons. */
export const PERSONS: Group = {
  match: 'narrower',
  labels: ['person'],
  nouns: listed(`
    acrobat, astronaut, backpacker, ballet dancer, barista, baseball player, basketball player, bassist, batsman,
    bicyclist, biker, boater, builder, bridesmaid, bro, buddy, busker, bystander, cameraman, cameraperson, camerawoman,
    cashier, cellist, cheerleader, chef, children, climber, clown, construction worker, cosmonaut, cowgirl, crowd,
    audience, couple, family, crew, delivery man, delivery guy, dj, dude, electrician, equestrian, female skier,
    firefighter, fireman, flight attendant, football player, footballer, gal, goalie, goalkeeper, granddad, grandad,
    grandpa, groomsman, guitarist, guitar player, hairdresser, hiker, horseback rider, horsewoman, hunter, jogger,
    juggler, kayaker, kiddo, kitesurfer, kite surfer, lass, lifeguard, linesman, medic, men, mom, motocross rider,
    motorcyclist, motorcycle rider, mum, newborn, newborn baby, newlywed, old lady, old man, operator, paddler,
    paramedic, passer-by, passersby, pedestrian, photographer, police, police man, policewoman, presenter, preschooler,
    preteen, rapper, referee, rock climber, rower, runner-up, salesperson, salesman, saleswoman, santa, santa claus, queen, leader, rugby player, taxi driver, bus driver,
    saxophonist, schoolkid, scuba diver, security guard, server woman, skater, skateboarder, skydiver, skier,
    snorkeler, snorkeller, snowboarder, soccer player, sous chef, stewardess, street performer, surfer, swimmer,
    teen, teens, tennis player, toddler, trumpeter, umpire, veterinarian, videographer, wakeboarder, welder,
    wedding party, windsurfer, women, workman, youngster`),
};

/** Person words that also name things, and still mean the person when one points at a picture. */
export const PERSONS_FIRST: ReadonlySet<string> = new Set(
  listed(`
    admiral, adult, angler, baby, baker, bard, baritone, batter, bishop, boss, boy, brat, broadcaster,
    butcher, captain, child, client, conductor, diver, driver, elder, emperor, fisher, florist, girl, governor,
    granny, greybeard, guard, guest, guy, hero, host, jockey, kid, king, knight, lady, lumberjack, man, master,
    monarch, nanny, ordinary seaman, orphan, painter, pilot, pirate, player, porter, redhead, rider, sailor, scribe,
    secretary, smoker, soldier, spectator, supporter, timekeeper, twin, viewer, woman, worker`),
);
