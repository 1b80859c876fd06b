// Nothing: with this file the header that readers' files begin with is compiled beforehand.
