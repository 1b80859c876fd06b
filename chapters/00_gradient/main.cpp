// Chapter 0: a gradient, by hand, by the chain rule and by differences.
//     in   two numbers, and a wanted one
//     out  a gradient, three ways that agree
int main() {}
