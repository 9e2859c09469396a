import type { Group } from './derive.ts';

const broader = (labels: readonly string[], ...nouns: string[]): Group => ({
  match: 'broader',
  labels,
  nouns,
});

const animals = ['bird', 'cat', 'dog', 'horse', 'sheep', 'cow', 'elephant', 'bear', 'zebra', 'giraffe'];
const vehicles = ['bicycle', 'car', 'motorcycle', 'airplane', 'bus', 'train', 'truck', 'boat'];
const fruit = ['banana', 'apple', 'orange'];
const vegetables = ['broccoli', 'carrot'];
const meals = ['sandwich', 'hot dog', 'pizza'];
const sweets = ['donut', 'cake'];
const furniture = ['bench', 'chair', 'couch', 'bed', 'dining table'];
const appliances = ['microwave', 'oven', 'toaster', 'refrigerator'];
const electronics = ['tv', 'laptop', 'mouse', 'remote', 'keyboard', 'cell phone'];
const balls = ['sports ball', 'frisbee'];
const boards = ['skateboard', 'snowboard', 'surfboard'];
const luggage = ['backpack', 'handbag', 'suitcase'];

/** Words for more than the classes below them. Seeing one of the labels proves the noun; seeing none does not disprove it. */
export const broaderThan = (everything: readonly string[]): readonly Group[] => [
  broader(everything, 'thing', 'object', 'item', 'something', 'anything'),
  broader(animals, 'animal', 'creature', 'critter', 'beast', 'living thing', 'fauna'),
  broader([...animals, 'person'], 'living being', 'being'),
  broader(
    animals.filter((a) => a !== 'bird'),
    'mammal',
    'quadruped',
    'four-legged animal',
  ),
  broader(['bird', 'cat', 'dog'], 'pet', 'house pet', 'domestic animal'),
  broader(['bird', 'cow', 'horse', 'sheep'], 'farm animal', 'livestock'),
  broader(['bear', 'bird', 'elephant', 'giraffe', 'zebra'], 'wild animal', 'wildlife', 'zoo animal'),
  broader(['horse', 'zebra'], 'equine'),
  broader(['cat', 'dog', 'bear'], 'carnivore'),
  broader(['cow', 'sheep', 'horse', 'zebra', 'giraffe', 'elephant'], 'herbivore', 'hoofed animal'),
  broader(vehicles, 'vehicle', 'transport', 'means of transport', 'transportation'),
  broader(['bus', 'train'], 'public transport'),
  broader(['airplane'], 'aircraft', 'flying machine'),
  broader(['boat', 'bottle', 'bowl', 'cup', 'vase'], 'vessel'),
  broader(fruit, 'fruit', 'piece of fruit'),
  broader(['orange'], 'citrus', 'citrus fruit'),
  broader(vegetables, 'vegetable', 'veggie', 'greens'),
  broader([...fruit, ...vegetables], 'produce'),
  broader([...fruit, ...vegetables, ...meals, ...sweets], 'food', 'foodstuff', 'something to eat'),
  broader([...fruit, ...meals, ...sweets], 'snack'),
  broader(meals, 'fast food', 'junk food', 'meal'),
  broader(sweets, 'dessert', 'pastry', 'baked goods', 'sweet', 'confection'),
  broader(furniture, 'furniture', 'piece of furniture', 'furnishing'),
  broader(['bench', 'chair', 'couch'], 'seat', 'seating', 'place to sit'),
  broader(appliances, 'appliance', 'kitchen appliance', 'home appliance', 'household appliance'),
  broader(electronics, 'electronics', 'device', 'electronic device', 'gadget'),
  broader([...electronics, ...appliances, 'hair drier'], 'machine', 'electrical device'),
  broader(['laptop'], 'computer', 'pc'),
  broader(['laptop', 'tv'], 'screen'),
  broader(['book', 'laptop'], 'notebook'),
  broader(['cell phone'], 'telephone', 'handset'),
  broader(['remote'], 'controller', 'control'),
  broader(luggage, 'bag', 'bags'),
  broader(luggage, 'luggage', 'baggage', 'piece of luggage'),
  broader(['stop sign'], 'sign', 'road sign', 'street sign', 'traffic sign', 'signpost', 'sign post'),
  broader(['traffic light'], 'light', 'signal', 'lights'),
  broader(['parking meter'], 'meter'),
  broader(['cup', 'wine glass'], 'glass', 'drinking glass', 'drinking vessel', 'glassware'),
  broader(['bottle', 'bowl', 'cup', 'vase'], 'container', 'receptacle'),
  broader(['bowl', 'cup', 'fork', 'knife', 'spoon', 'wine glass'], 'tableware', 'dinnerware'),
  broader(['bowl', 'cup'], 'crockery', 'dishware', 'dishes'),
  broader(['fork', 'knife', 'spoon'], 'utensil', 'eating utensil', 'kitchen utensil'),
  broader(['knife', 'scissors'], 'blade', 'tool'),
  broader(['kite', 'teddy bear', ...balls], 'toy', 'plaything'),
  broader(['teddy bear'], 'stuffed animal', 'stuffed toy', 'soft toy', 'plush', 'plush toy', 'plushie'),
  broader(balls, 'sports toy'),
  broader(['frisbee'], 'disc', 'disk'),
  broader(boards, 'board'),
  broader(
    [...boards, ...balls, 'skis', 'baseball bat', 'baseball glove', 'tennis racket'],
    'sports equipment',
    'sporting goods',
    'sports gear',
  ),
  broader(['baseball bat'], 'bat'),
  broader(['baseball glove'], 'glove', 'mitt'),
  broader(['clock'], 'timepiece'),
  broader(['sink', 'toilet'], 'plumbing fixture'),
  broader(['tie'], 'neckwear'),
  broader(['potted plant'], 'greenery'),
];
