type Examples = Readonly<Record<string, readonly string[]>>;

const animals = ['bird', 'cat', 'dog', 'horse', 'sheep', 'cow', 'elephant', 'bear', 'zebra', 'giraffe'];
const vehicles = ['bicycle', 'car', 'motorcycle', 'airplane', 'bus', 'train', 'truck', 'boat'];
const fruit = ['banana', 'apple', 'orange'];
const vegetables = ['broccoli', 'carrot'];
const luggage = ['backpack', 'handbag', 'suitcase'];
const electronics = ['tv', 'laptop', 'mouse', 'remote', 'keyboard', 'cell phone'];

const each = (label: string, nouns: string): Examples =>
  Object.fromEntries(nouns.split(', ').map((noun) => [noun, [label]]));

export const SAME: Examples = {
  ...each('person', 'people, human, human being, someone, somebody, individual'),
  ...each('couch', 'sofa, settee'),
  ...each('tv', 'television, tv set, television set, monitor, computer monitor'),
  ...each('cell phone', 'phone, mobile phone, cellphone, smartphone'),
  ...each('bicycle', 'bike, cycle'),
  ...each('airplane', 'plane, aeroplane'),
  ...each('tennis racket', 'racket, tennis racquet'),
  ...each('refrigerator', 'fridge'),
  ...each('traffic light', 'stop light, stoplight, traffic signal'),
  ...each('scissors', 'pair of scissors, scissor'),
  ...each('hair drier', 'hair dryer, blow dryer'),
  ...each('teddy bear', 'teddy'),
  motorbike: ['motorcycle'],
  automobile: ['car'],
  lorry: ['truck'],
  hydrant: ['fire hydrant'],
  doughnut: ['donut'],
  ball: ['sports ball'],
  plant: ['potted plant'],
  table: ['dining table'],
  wineglass: ['wine glass'],
  ski: ['skis'],
  purse: ['handbag'],
  rucksack: ['backpack'],
  necktie: ['tie'],
  'computer mouse': ['mouse'],
  'remote control': ['remote'],
  stove: ['oven'],
  cutlery: ['fork', 'knife', 'spoon'],
};

export const NARROWER: Examples = {
  ...each(
    'person',
    'man, woman, boy, girl, kid, child, baby, guy, lady, gentleman, player, rider, driver, cyclist',
  ),
  ...each(
    'person',
    'skier, surfer, snowboarder, skateboarder, chef, police officer, policeman, waiter, waitress',
  ),
  ...each(
    'person',
    'firefighter, soldier, tennis player, dancer, photographer, pedestrian, toddler, teenager',
  ),
  ...each(
    'person',
    'farmer, cowboy, bride, groom, nurse, doctor, mother, father, grandmother, tourist, guitarist',
  ),
  ...each(
    'dog',
    'puppy, poodle, terrier, golden retriever, german shepherd, dachshund, chihuahua, greyhound',
  ),
  ...each('cat', 'kitten, tabby, siamese cat'),
  ...each(
    'bird',
    'penguin, duck, parrot, flamingo, ostrich, eagle, owl, seagull, pigeon, chicken, rooster, swan',
  ),
  ...each('car', 'sedan, taxi, limousine, police car, convertible, station wagon'),
  ...each('boat', 'ship, yacht, kayak, canoe, sailboat, rowboat, ferry, gondola, cruise ship'),
  ...each('chair', 'armchair, stool, wheelchair, rocking chair, high chair'),
  ...each('horse', 'pony, foal, mare, stallion'),
  ...each('cow', 'calf, bull, ox'),
  ...each('bear', 'polar bear, grizzly, brown bear'),
  ...each('truck', 'fire truck, fire engine, garbage truck'),
  ...each('airplane', 'jet, airliner, biplane, fighter jet'),
  ...each('dining table', 'desk, coffee table'),
  ...each('cup', 'mug, teacup, coffee cup'),
  ...each('train', 'locomotive, steam train, subway train'),
  lamb: ['sheep'],
  'school bus': ['bus'],
  scooter: ['motorcycle'],
  'bow tie': ['tie'],
  football: ['sports ball'],
  hamburger: ['sandwich'],
  'wine bottle': ['bottle'],
  'alarm clock': ['clock'],
  parasol: ['umbrella'],
  van: ['car', 'truck', 'bus'],
  'pickup truck': ['car', 'truck'],
  tram: ['bus', 'train'],
  briefcase: ['handbag', 'suitcase'],
  can: ['bottle', 'cup'],
  jug: ['bottle', 'cup', 'vase'],
};

export const BROADER: Examples = {
  animal: animals,
  pet: ['bird', 'cat', 'dog'],
  mammal: animals.filter((label) => label !== 'bird'),
  'farm animal': ['bird', 'cow', 'horse', 'sheep'],
  vehicle: vehicles,
  aircraft: ['airplane'],
  fruit,
  vegetable: vegetables,
  food: [...fruit, ...vegetables, 'sandwich', 'hot dog', 'pizza', 'donut', 'cake'],
  furniture: ['bench', 'chair', 'couch', 'bed', 'dining table'],
  seat: ['bench', 'chair', 'couch'],
  device: electronics,
  electronics,
  appliance: ['microwave', 'oven', 'toaster', 'refrigerator'],
  computer: ['laptop'],
  screen: ['laptop', 'tv'],
  bag: luggage,
  luggage,
  sign: ['stop sign'],
  light: ['traffic light'],
  glass: ['cup', 'wine glass'],
  utensil: ['fork', 'knife', 'spoon'],
  toy: ['frisbee', 'kite', 'sports ball', 'teddy bear'],
  'stuffed animal': ['teddy bear'],
};

/** Other things, and words that could mean a person or a thing. */
export const UNKNOWN: readonly string[] = [
  ...'helicopter, lion, tiger, leopard, wolf, fox, goat, rabbit, snail, frog, turtle, fish, monkey'.split(
    ', ',
  ),
  ...'pear, lemon, helmet, lamp, tree, shirt, hat, cap, dress, camera, guitar, plate'.split(', '),
  ...'speaker, model, pitcher, printer, counter, guide, runner, cooker, coach, boxer, statue'.split(', '),
  ...'jersey, lamp post, salt shaker, dresser, pencil, coin, lighter, space shuttle, drum, xyzzy'.split(', '),
];
