// Chapter 0: a gradient, by hand, by the chain rule and by differences.
//     in   two numbers and the one that is wanted
//     out  a gradient by three ways that agree, and a smaller loss
int main() {}
