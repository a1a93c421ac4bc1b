// Style sheets are imported for their effect; the bundler gathers them into report.css.
declare module '*.css';
