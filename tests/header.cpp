// Nothing: with this file the header that all tests include is compiled beforehand.
