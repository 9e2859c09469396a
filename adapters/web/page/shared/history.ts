import { formatLink, type Link } from './link.ts';
import { entryNow, link, linkOf, restore, type Turn } from './page-state.ts';

const addressOf = (said: Link): string => `${location.pathname}${location.search}${formatLink(said)}`;

/** What the tab, and the browser's history, call the page. */
function updateTitle(): void {
  document.title = link.value.q ? `${link.value.q} · Spotter` : 'Spotter';
}

/** A new entry of the browser's history, for the page as it is now; none where nothing has changed. */
export async function remember(): Promise<void> {
  const address = addressOf(link.value);
  const entry = await entryNow();
  const isSame =
    JSON.stringify(history.state) === JSON.stringify(entry) &&
    location.hash === new URL(address, location.href).hash;
  if (!isSame) history.pushState(entry, '', address);
  updateTitle();
}

/** The address of the page as it is now, without a new entry. */
export async function updateAddress(): Promise<void> {
  history.replaceState(await entryNow(), '', addressOf(link.value));
  updateTitle();
}

const REST_MS = 300;
let timer: ReturnType<typeof setTimeout> | undefined;
/** The same once nothing has changed for a while: browsers refuse many changes of an address in a second. */
export function updateAddressSoon(): void {
  clearTimeout(timer);
  timer = setTimeout(updateAddress, REST_MS);
}

/** Follows the address and the buttons of the browser. */
export function followHistory(): void {
  const follow = async () => {
    await restore(location.hash, history.state);
    await updateAddress();
  };
  addEventListener('popstate', follow);
  void follow();
}

/** The address that asks the question of a turn again; undefined where the picture is the person's own, which is in no link. */
export function addressOfTurn(turn: Turn): string | undefined {
  const again = linkOf(turn);
  return again.example && new URL(addressOf(again), location.href).href;
}
