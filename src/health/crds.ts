/** What extends the API server: CustomResourceDefinition and APIService; and Namespace, which other objects live in. */
import { conditionIn, textAt } from './fields.ts';
import { degraded, healthy, progressing, type Rule, wordsOf } from './rule.ts';

export const customResourceDefinition: Rule = {
  holds: false,
  assess(object) {
    if (conditionIn(object, 'Terminating')?.status === 'True') return progressing('Terminating', 'being deleted, with all its objects');
    const names = conditionIn(object, 'NamesAccepted');
    if (names?.status === 'False') return degraded(...wordsOf(names));
    const structure = conditionIn(object, 'NonStructuralSchema');
    if (structure?.status === 'True') return degraded(...wordsOf(structure));
    const established = conditionIn(object, 'Established');
    if (established?.status === 'True') return healthy('Established');
    if (established?.status === 'False' && established.reason !== 'Installing') return degraded(...wordsOf(established));
    return progressing('Installing', 'not yet served');
  },
};

export const apiService: Rule = {
  holds: false,
  assess(object) {
    const available = conditionIn(object, 'Available');
    if (available?.status === 'True') return healthy('Available');
    return available === undefined ? progressing('NotYetAvailable', 'not yet looked at') : progressing(...wordsOf(available));
  },
};

export const namespace: Rule = {
  holds: false,
  assess: (object) =>
    textAt(object, 'status.phase') === 'Terminating'
      ? progressing('Terminating', conditionIn(object, 'NamespaceContentRemaining')?.message ?? 'being deleted')
      : healthy('Active'),
};
