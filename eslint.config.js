// What the linter holds this repository to. Each rule that is ours says why.
import js from '@eslint/js'
import { defineConfig } from 'eslint/config'
import svelte from 'eslint-plugin-svelte'
import globals from 'globals'
import ts from 'typescript-eslint'

const modules = [
  { selector: 'ExportAllDeclaration', message: 'Import from the file that has it; no barrels.' },
  { selector: 'ExportDefaultDeclaration', message: 'One name everywhere: use a named export.' },
]
const clock = [
  {
    selector:
      "MemberExpression[object.name='Date'][property.name='now'], NewExpression[callee.name='Date'][arguments.length=0], MemberExpression[object.name='Temporal'][property.name='Now'], MemberExpression[object.name='performance'][property.name='now']",
    message: 'Time is an argument here: take it from the event or a parameter.',
  },
  {
    selector:
      "MemberExpression[object.name='Math'][property.name='random'], MemberExpression[object.name='crypto']",
    message: 'The same events must give the same state.',
  },
]
const tests = ['**/*.test.ts', '**/*.contract.ts', 'test/**']

export default defineConfig([
  { ignores: ['dist', 'coverage', 'data', '.cache'] },
  js.configs.recommended,
  ts.configs.strictTypeChecked,
  svelte.configs.recommended,
  {
    languageOptions: {
      parserOptions: { projectService: true, extraFileExtensions: ['.svelte'] },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: 'error',
      'no-restricted-syntax': ['error', ...modules],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/consistent-type-definitions': ['error', 'type'],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      // An async signature is what a caller sees; whether this body waits is its own business.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // `return ignore(state, event)` is how a function leaves early.
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreVoidOperator: true, ignoreVoidReturningFunctions: true },
      ],
      // … and `void` is how an arrow function says that its result is nobody's business.
      '@typescript-eslint/no-meaningless-void-operator': 'off',
      // TypeScript itself reports the others; what starts with `_` is left out on purpose.
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
    },
  },
  {
    files: ['{server,shared,test,scripts}/**/*.{ts,mjs}', '*.{js,cjs,mjs,ts}', '.*.cjs'],
    languageOptions: { globals: globals.node },
  },
  { files: ['client/**'], languageOptions: { globals: globals.browser } },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser } },
    rules: {
      // State is replaced whole ($state.raw); a Map or a Date that a function makes is no state.
      'svelte/prefer-svelte-reactivity': 'off',
    },
  },
  {
    // What a snippet is handed has its type in svelte-check, and none in ESLint's parser.
    files: ['**/*.svelte'],
    rules: {
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    files: ['shared/**/*.ts', 'server/engine/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: { 'no-restricted-syntax': ['error', ...modules, ...clock] },
  },
  {
    // A type augmentation must be an interface: that is how TypeScript merges.
    files: ['test/redis.ts', 'test/postgres.ts'],
    rules: { '@typescript-eslint/consistent-type-definitions': 'off' },
  },
  {
    files: ['*.config.{js,ts}', '.dependency-cruiser.cjs'],
    extends: [ts.configs.disableTypeChecked],
    rules: { 'no-restricted-syntax': 'off' },
  },
  { files: tests, rules: { '@typescript-eslint/no-non-null-assertion': 'off' } },
])
