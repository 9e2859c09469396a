import { describe, expect, it } from 'vitest';
import { readExpression } from '../../src/expression/read.ts';

describe('English or not', () => {
  it.each([
    'dog',
    'giraff',
    'umbrela',
    'left',
    '2nd from left',
    '4',
    'the van',
    'man in black',
    'café table',
    'the piñata',
    'jalapeño pizza',
    'crème brûlée',
    'golf links',
    'die on the table',
    'the sign that says "le chien"',
    'red car 🚗',
    'THE MAN ON THE LEFT',
  ])('English: %s', (expression) => {
    expect(readExpression(expression).english).toBe(true);
  });

  it.each([
    'le chien à gauche',
    'la voiture rouge',
    "l'homme en chemise bleue",
    'der Hund links',
    'die rote Tasse',
    'das Auto neben dem Baum',
    'el perro de la izquierda',
    'el hombre con camisa roja',
    'il cane a sinistra',
    'uomo con il cappello',
    'de hond naast de stoel',
    'de man met de hoed',
    'hunden till vänster',
    'den röda bilen',
    'o homem de camisa azul',
    'собака слева',
    'الكلب على اليسار',
    'הכלב משמאל',
    '左边的狗',
    '赤い車',
    'the 犬',
    '🐶',
    '👨‍👩‍👧 🐱',
    '?!',
    '',
  ])('not English: %s', (expression) => {
    expect(readExpression(expression).english).toBe(false);
  });
});
