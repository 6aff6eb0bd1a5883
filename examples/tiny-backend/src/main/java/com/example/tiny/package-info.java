/** The smallest backend that is one: plain loops over one slab of host memory. */
package com.example.tiny;
