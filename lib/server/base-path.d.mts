export declare function readBasePath(text?: string): string | undefined
export declare const BASE_PATH_RULE: string
export declare function withoutBasePath(url: string, basePath: string): string
export declare function withBasePath(url: string, basePath: string): string
