DROP TABLE point;
