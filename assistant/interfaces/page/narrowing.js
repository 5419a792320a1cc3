// The days are chosen as the browser's own calendar has it.
for (const name of ["since", "until"]) {
  const field = document.querySelector(`#${name} input`);
  if (field) field.type = "date";
}
