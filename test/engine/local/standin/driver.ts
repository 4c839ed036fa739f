import { mongo } from 'mongoose';

/** The official driver, as mongoose brings it along. */
export const { Binary, MongoBulkWriteError, MongoClient, ObjectId } = mongo;
export type Collection<Row extends mongo.Document = mongo.Document> = mongo.Collection<Row>;
export type Client = mongo.MongoClient;
export type ClientOptions = mongo.MongoClientOptions;
export type Db = mongo.Db;
export type Document = mongo.Document;
export type Filter<Row> = mongo.Filter<Row>;
export type Sort = mongo.Sort;
