CREATE TEMPORARY VIEW correctness (span_id STRING, score DOUBLE)
USING phoenix OPTIONS (target 'span', name 'correctness', annotatorKind 'LLM');

INSERT INTO correctness SELECT span_id, score FROM judged;
