CREATE TABLE point (x int);
