#include <stdio.h>
#include <stdlib.h>

typedef struct Tree { struct Tree *left, *right; } Tree;

static Tree *build(int depth) {
    Tree *t = malloc(sizeof *t);
    t->left = depth == 0 ? NULL : build(depth - 1);
    t->right = depth == 0 ? NULL : build(depth - 1);
    return t;
}

static int check(const Tree *t) { return t->left && t->right ? 1 + check(t->left) + check(t->right) : 1; }

static void drop(Tree *t) {
    if (t->left) drop(t->left);
    if (t->right) drop(t->right);
    free(t);
}

int main(int argc, char **argv) {
    int n = argc > 1 ? atoi(argv[1]) : 8, min = 4, max = min + 2 > n ? min + 2 : n;
    Tree *stretch = build(max + 1);
    printf("stretch tree of depth %d\t check: %d\n", max + 1, check(stretch));
    drop(stretch);
    Tree *longlived = build(max);
    for (int depth = min; depth <= max; depth += 2) {
        int iterations = 1 << (max - depth + min), sum = 0;
        for (int i = 0; i < iterations; i++) {
            Tree *t = build(depth);
            sum += check(t);
            drop(t);
        }
        printf("%d\t trees of depth %d\t check: %d\n", iterations, depth, sum);
    }
    printf("long lived tree of depth %d\t check: %d\n", max, check(longlived));
    drop(longlived);
    return 0;
}
