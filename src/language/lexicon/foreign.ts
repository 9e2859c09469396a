import { words } from './table.ts';

/**
 * Little words, colours, sides and the commonest things of other languages in which people write to a bot.
 * None of them is an English word: those that are ("die", "an", "man", "red", "pies") are left out.
 */
export const FOREIGN = words(`
  le la les un une des du au aux est qui avec dans sous sur à de où gauche droite rouge bleu bleue vert verte noir
  noire blanc blanche jaune homme femme chien voiture enfant fille garçon derrière devant
  der das ein eine einen einem einer dem und mit ist nicht rechts auf neben unter hinter vor wo rote
  roten blau blaue grün grüne schwarz schwarze weiß weiße gelb mann frau hund katze mädchen junge
  el los las una unos del al en que es izquierda derecha rojo roja azul verde negro negra blanco blanca amarillo
  hombre mujer perro gato coche niño niña dónde detrás junto
  il lo gli della dello nel nella sul sulla sinistra destra rosso rossa blu nero nera bianco bianca giallo uomo donna
  gatto macchina bambino ragazza ragazzo dietro davanti vicino dov'è è
  het een op naast naar bij achter voor rode blauwe groene zwarte witte gele vrouw hond kat jongen meisje
  linker rechter waar
  ett och på vid bredvid bakom framför till vänster höger röd röda blå grön svart vit gul hunden katten bilen mannen
  kvinnan flickan pojken
  os uma da na com esquerda direita vermelho vermelha azul preto branco homem mulher cachorro gato carro menina
  jest obok lewo prawo czerwony kot
`);
