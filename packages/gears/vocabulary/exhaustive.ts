/** A list in an order of its own that holds every member of a union: one that is missing does not compile. */
export const every =
  <Member extends string>() =>
  <const List extends readonly Member[]>(
    list: List &
      (Exclude<Member, List[number]> extends never ? unknown : { readonly missing: Exclude<Member, List[number]> }),
  ): readonly Member[] =>
    list
