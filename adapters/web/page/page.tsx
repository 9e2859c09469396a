import './theme.css';
import './shared/page.css';
import './ask/ask.css';
import './compare/compare.css';
import { render } from 'preact';
import { App } from './app.tsx';
import { followHistory } from './shared/history.ts';

render(<App />, document.getElementById('page')!);
followHistory();
